package io.sluice.commit;

import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.TableName;
import io.sluice.table.User;
import java.util.Optional;
import java.util.OptionalLong;

/// Rows that want into a table's log.
///
/// @param preparedAgainst the snapshot whose schema and protocol the rows were checked against
/// @param rows what the [Stager] of the group turns into data files; checked and encoded, so that it cannot fail its
///     group
/// @param rowCount rows in `rows`
/// @param identity by which a repeated request is recognised
/// @param onlyIfLatest the version of `If-Match`; such a request commits alone
/// @param userMetadata of `Sluice-Commit-Info`; requests with different ones do not share a commit
/// @param user the caller, for `commitInfo`; requests of different ones do not share a commit
public record AppendRequest<R>(
        TableName table,
        Location location,
        TableSnapshot preparedAgainst,
        R rows,
        long rowCount,
        Optional<RequestIdentity> identity,
        OptionalLong onlyIfLatest,
        Optional<String> userMetadata,
        Optional<User> user) {}
