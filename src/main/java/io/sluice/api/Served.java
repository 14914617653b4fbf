package io.sluice.api;

import jakarta.servlet.ServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/// What the request of this thread has brought, changed or read, for the metrics of its table.
public final class Served {

    private static final String ROWS = Served.class.getName() + ".rows";
    private static final String BYTES = Served.class.getName() + ".bytes";

    private Served() {}

    /// Further rows that were written, changed or read. Nothing where the thread serves no request.
    public static void rows(long more) {
        add(ROWS, more);
    }

    /// Further bytes of the answer, before they are compressed.
    static void bytes(long more) {
        add(BYTES, more);
    }

    private static void add(String name, long more) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            long before = number(request.getAttribute(name, RequestAttributes.SCOPE_REQUEST));
            request.setAttribute(name, before + more, RequestAttributes.SCOPE_REQUEST);
        }
    }

    /// The rows of a request.
    public static long rowsOf(ServletRequest request) {
        return number(request.getAttribute(ROWS));
    }

    /// The bytes of its answer.
    public static long bytesOf(ServletRequest request) {
        return number(request.getAttribute(BYTES));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Long number ? number : 0;
    }
}
