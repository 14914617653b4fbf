package io.sluice.api;

import io.sluice.table.TableName;
import jakarta.servlet.ServletRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/// What a request wanted to do with which tables, whether it may or not: for the audit log.
public record Asked(Activity activity, TableName table) {

    private static final String ATTRIBUTE = Asked.class.getName();
    private static final int MOST = 16;

    /// Notes what the request of this thread wants. Nothing where the thread serves no request.
    public static void note(Activity activity, TableName table) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            List<Asked> before = list(request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST));
            if (before.size() < MOST) {
                var after = new ArrayList<>(before);
                after.add(new Asked(activity, table));
                request.setAttribute(ATTRIBUTE, List.copyOf(after), RequestAttributes.SCOPE_REQUEST);
            }
        }
    }

    /// In the order in which it was asked; what the request is about comes first.
    public static List<Asked> of(ServletRequest request) {
        return list(request.getAttribute(ATTRIBUTE));
    }

    private static List<Asked> list(@Nullable Object attribute) {
        return attribute instanceof List<?> known
                ? known.stream().map(Asked.class::cast).toList()
                : List.of();
    }
}
