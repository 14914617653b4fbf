package io.sluice.access;

import io.sluice.api.Requester;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/// The caller of a request, kept with it.
public final class CurrentCaller {

    private static final String NAME = CurrentCaller.class.getName();

    private CurrentCaller() {}

    public static void set(HttpServletRequest request, Caller caller) {
        request.setAttribute(NAME, caller);
        caller.user().ifPresent(user -> Requester.set(request, user));
    }

    /// What the sender of this thread's request proves with who he is.
    static @Nullable String authorization() {
        return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes attributes
                ? attributes.getRequest().getHeader("Authorization")
                : null;
    }

    /// Empty for a request of which nobody was asked who sent it.
    static Optional<Caller> of(HttpServletRequest request) {
        return request.getAttribute(NAME) instanceof Caller caller ? Optional.of(caller) : Optional.empty();
    }

    /// The caller of this thread's request. A thread without one works for the service itself; a request that
    /// nobody was asked for has a stranger.
    public static Caller current() {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request == null) {
            return Caller.ANYBODY;
        }
        return request.getAttribute(NAME, RequestAttributes.SCOPE_REQUEST) instanceof Caller caller
                ? caller
                : Caller.STRANGER;
    }
}
