package io.sluice.access;

import io.sluice.api.Visibility;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.stereotype.Component;

/// Judges requests that may not have come as far as being authenticated: then their sender is a stranger.
@Component
class RequestVisibility implements Visibility {

    private final Authenticator authenticator;

    RequestVisibility(Authenticator authenticator) {
        this.authenticator = authenticator;
    }

    @Override
    public boolean sees(HttpServletRequest request, TableName table) {
        Caller unknown = authenticator.isOff() ? Caller.ANYBODY : Caller.STRANGER;
        return CurrentCaller.of(request).orElse(unknown).rights().sees(table);
    }
}
