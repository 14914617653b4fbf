package io.sluice.api;

import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/// What the request of this thread has brought, changed or read, for the metrics of its table.
public final class Served {

    private static final String ROWS = Served.class.getName() + ".rows";
    private static final String BYTES = Served.class.getName() + ".bytes";

    private static final String BROUGHT = Served.class.getName() + ".brought";
    private static final String PROBLEM = Served.class.getName() + ".problem";

    private Served() {}

    /// The request was answered with a problem.
    ///
    /// @param slug of its type
    public static void problem(ServletRequest request, String slug) {
        request.setAttribute(PROBLEM, slug);
    }

    /// The slug of the problem that a request was answered with.
    public static Optional<String> problemOf(ServletRequest request) {
        return request.getAttribute(PROBLEM) instanceof String slug ? Optional.of(slug) : Optional.empty();
    }

    /// Further rows that were written, changed or read. Nothing where the thread serves no request.
    public static void rows(long more) {
        add(ROWS, more);
    }

    /// Further bytes of the request's body, as they came.
    public static void brought(long more) {
        add(BROUGHT, more);
    }

    /// The bytes of a request's body of rows.
    public static long broughtOf(ServletRequest request) {
        return number(request.getAttribute(BROUGHT));
    }

    /// Tells the bytes of the answer so far, before they are compressed. It is asked when the request ends,
    /// however that is.
    static void bytes(LongSupplier soFar) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(BYTES, soFar, RequestAttributes.SCOPE_REQUEST);
        }
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
        return request.getAttribute(BYTES) instanceof LongSupplier soFar ? soFar.getAsLong() : 0;
    }

    private static long number(@Nullable Object value) {
        return value instanceof Long number ? number : 0;
    }
}
