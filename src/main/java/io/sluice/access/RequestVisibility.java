package io.sluice.access;

import io.sluice.access.grant.Rights;
import io.sluice.api.Asked;
import io.sluice.api.Permission;
import io.sluice.api.Visibility;
import io.sluice.table.Restriction;
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
        return rights(request).sees(table);
    }

    @Override
    public boolean reads(HttpServletRequest request, Asked asked) {
        Rights rights = rights(request);
        Restriction readable = rights.within(Permission.READ, asked.table());
        return rights.allows(Permission.READ, asked.table())
                && (readable.isNone()
                        || readable.equals(rights.within(asked.activity().permission(), asked.table())));
    }

    private Rights rights(HttpServletRequest request) {
        Caller unknown = authenticator.isOff() ? Caller.ANYBODY : Caller.STRANGER;
        return CurrentCaller.of(request).orElse(unknown).rights();
    }
}
