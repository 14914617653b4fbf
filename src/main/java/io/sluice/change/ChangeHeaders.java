package io.sluice.change;

import io.sluice.api.Preconditions;
import io.sluice.batch.BatchHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// The headers that every change takes.
///
/// @param commitInfo goes to `userMetadata`
/// @param onlyIfLatest the version of `If-Match`
record ChangeHeaders(Optional<String> key, Optional<String> commitInfo, OptionalLong onlyIfLatest) {

    /// @throws io.sluice.table.FailureException `bad-parameter`
    static ChangeHeaders of(@Nullable String key, @Nullable String commitInfo, @Nullable String ifMatch) {
        Optional<String> known = BatchHeaders.caller(key, null, null) instanceof BatchHeaders.Caller.Key(String text)
                ? Optional.of(text)
                : Optional.empty();
        return new ChangeHeaders(known, BatchHeaders.commitInfo(commitInfo), Preconditions.onlyIfLatest(ifMatch));
    }
}
