package io.sluice.api;

import org.springframework.http.HttpHeaders;

/// The headers of every answer about one table.
public final class TableHeaders {

    public static final String TABLE_VERSION = "Delta-Table-Version";

    private TableHeaders() {}

    /// `Delta-Table-Version: n` and `ETag: "n"` (RFC 9110, 8.8.3) of the version that was read or written.
    public static HttpHeaders of(long version) {
        var headers = new HttpHeaders();
        headers.set(TABLE_VERSION, Long.toString(version));
        headers.set(HttpHeaders.ETAG, etag(version));
        return headers;
    }

    static String etag(long version) {
        return "\"" + version + "\"";
    }
}
