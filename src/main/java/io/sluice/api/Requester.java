package io.sluice.api;

import io.sluice.table.User;
import jakarta.servlet.ServletRequest;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/// For whom this thread works: who sent the request that it serves, or began the operation that it runs.
public final class Requester {

    private static final String ATTRIBUTE = Requester.class.getName();
    private static final ScopedValue<Optional<User>> WORK = ScopedValue.newInstance();

    private Requester() {}

    /// Empty where callers are not authenticated, and for work of the service itself.
    public static Optional<User> current() {
        if (WORK.isBound()) {
            return WORK.get();
        }
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        return request != null && request.getAttribute(ATTRIBUTE, RequestAttributes.SCOPE_REQUEST) instanceof User user
                ? Optional.of(user)
                : Optional.empty();
    }

    /// Who sent the request; empty for whom nobody knows.
    public static Optional<User> of(ServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof User user ? Optional.of(user) : Optional.empty();
    }

    /// Says who sent the request.
    public static void set(ServletRequest request, User user) {
        request.setAttribute(ATTRIBUTE, user);
    }

    /// Works for somebody on another thread than that of the request.
    public static <T> T working(Optional<User> user, Callable<T> work) throws Exception {
        return ScopedValue.where(WORK, user).call(work::call);
    }
}
