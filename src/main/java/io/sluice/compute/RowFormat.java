package io.sluice.compute;

/// The forms in which rows come and go.
public enum RowFormat {
    JSON("application/json"),
    NDJSON("application/x-ndjson"),
    CSV("text/csv"),
    ARROW_STREAM("application/vnd.apache.arrow.stream"),
    PARQUET("application/vnd.apache.parquet");

    private final String mediaType;

    RowFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    public String mediaType() {
        return mediaType;
    }
}
