package io.sluice.access.request;

import io.sluice.access.Caller;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;
import org.jspecify.annotations.Nullable;

/// A request about the process: tells Spring's endpoints whether its sender may know why something is down
/// (`management.endpoint.health.roles`).
final class OperatorRequest extends HttpServletRequestWrapper {

    private static final String OPERATOR = "operator";

    private final Caller caller;

    OperatorRequest(HttpServletRequest request, Caller caller) {
        super(request);
        this.caller = caller;
    }

    @Override
    public @Nullable Principal getUserPrincipal() {
        return caller.rights().observes() ? () -> OPERATOR : null;
    }

    @Override
    public boolean isUserInRole(String role) {
        return role.equals(OPERATOR) && caller.rights().observes();
    }
}
