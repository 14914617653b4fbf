package io.sluice.storage;

/// Some bytes of a file.
public record ByteRange(long offset, long length) {

    public ByteRange {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException("No range of bytes: " + offset + ", " + length);
        }
    }

    /// The last bytes of a file, where Parquet keeps its footer.
    public static ByteRange last(long length, long fileSizeBytes) {
        long offset = Math.max(0, fileSizeBytes - length);
        return new ByteRange(offset, fileSizeBytes - offset);
    }
}
