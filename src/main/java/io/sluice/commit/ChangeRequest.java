package io.sluice.commit;

import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.TableName;
import io.sluice.table.User;
import java.util.Optional;
import java.util.OptionalLong;

/// Who wants to change a table, and under which conditions.
///
/// @param preparedAgainst the snapshot against whose schema the request was checked, where its [ChangeWork] depends on
///     it: a change of protocol or metadata since then is the answer. Empty when the work checks by itself
/// @param identity by which a repeated request is recognised
/// @param onlyIfLatest the version of `If-Match`
/// @param userMetadata of `Sluice-Commit-Info`
/// @param user the caller, for `commitInfo`
/// @param onConflict what a collision leads to
public record ChangeRequest(
        TableName table,
        Location location,
        Optional<TableSnapshot> preparedAgainst,
        Optional<RequestIdentity> identity,
        OptionalLong onlyIfLatest,
        Optional<String> userMetadata,
        Optional<User> user,
        OnConflict onConflict) {

    public enum OnConflict {
        /// The work is run again on the new version, a bounded number of times.
        RUN_AGAIN,
        /// The conflict is the answer: for work that is too long to be done twice.
        ANSWER
    }

    /// A request of nobody in particular, that may be run at any version, and again.
    public static ChangeRequest of(TableName table, Location location) {
        return new ChangeRequest(
                table,
                location,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                OnConflict.RUN_AGAIN);
    }

    /// The same request, of this caller.
    public ChangeRequest by(Optional<User> caller) {
        return new ChangeRequest(
                table, location, preparedAgainst, identity, onlyIfLatest, userMetadata, caller, onConflict);
    }

    /// The same request, for this latest version only.
    public ChangeRequest onlyAt(OptionalLong latest) {
        return new ChangeRequest(table, location, preparedAgainst, identity, latest, userMetadata, user, onConflict);
    }
}
