package io.sluice.access;

import io.sluice.access.grant.Rights;
import io.sluice.table.User;
import java.util.Optional;

/// Who sent a request, and what he may do.
///
/// @param user empty for nobody in particular
public record Caller(Optional<User> user, Rights rights) {

    /// Who sends requests to a service that authenticates nobody.
    public static final Caller ANYBODY = new Caller(Optional.empty(), Rights.ALL);

    /// Who has not said who he is, where some answers are for all.
    public static final Caller STRANGER = new Caller(Optional.empty(), Rights.NONE);
}
