package io.sluice.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;

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

    /// Begins an answer whose form depends on what the client accepts: its headers, and 304 when the client holds
    /// the version already.
    public static Beginning begin(HttpServletRequest request, HttpServletResponse response, long version) {
        of(version).forEach((name, values) -> response.setHeader(name, values.getFirst()));
        response.setHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
        if (Preconditions.isNotModified(request.getHeader(HttpHeaders.IF_NONE_MATCH), version)) {
            response.setStatus(HttpStatus.NOT_MODIFIED.value());
            return Beginning.NOT_MODIFIED;
        }
        return Beginning.BODY_FOLLOWS;
    }

    /// Whether an answer is over with its headers.
    public enum Beginning {
        BODY_FOLLOWS,
        NOT_MODIFIED
    }

    static String etag(long version) {
        return "\"" + version + "\"";
    }
}
