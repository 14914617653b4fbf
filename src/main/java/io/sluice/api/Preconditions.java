package io.sluice.api;

import io.sluice.table.Failure;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Conditional requests (RFC 9110, 13.1) on table versions.
///
/// A proxy that compresses an answer may have made its tag weak (`W/"5"`); since a tag is a version here, both forms
/// mean the same.
public final class Preconditions {

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"([0-9]{1,18})\"");

    private Preconditions() {}

    /// The version that must still be the latest one for a write; empty without the header and for `*`.
    ///
    /// @throws io.sluice.table.FailureException `bad-parameter` when the header is not one version
    public static OptionalLong onlyIfLatest(@Nullable String ifMatch) {
        if (ifMatch == null || ifMatch.strip().equals("*")) {
            return OptionalLong.empty();
        }
        var tag = TAG.matcher(ifMatch.strip());
        if (!tag.matches()) {
            throw new Failure.BadParameter("If-Match", "it must be one version in quotes, such as \"7\"").asException();
        }
        return OptionalLong.of(Long.parseLong(tag.group(1)));
    }

    /// Refuses a write whose `If-Match` names another version than the latest one.
    ///
    /// @throws io.sluice.table.FailureException `stale-version`, `bad-parameter`
    public static void requireLatest(@Nullable String ifMatch, long latest) {
        OptionalLong wanted = onlyIfLatest(ifMatch);
        if (wanted.isPresent() && wanted.getAsLong() != latest) {
            throw new Failure.StaleVersion(wanted.getAsLong(), latest).asException();
        }
    }

    /// Whether the client already holds this version (then the answer is `304`). A tag that was never ours matches
    /// nothing.
    public static boolean isNotModified(@Nullable String ifNoneMatch, long version) {
        if (ifNoneMatch == null) {
            return false;
        }
        if (ifNoneMatch.strip().equals("*")) {
            return true;
        }
        for (String candidate : ifNoneMatch.split(",", -1)) {
            var tag = TAG.matcher(candidate.strip());
            if (tag.matches() && Long.parseLong(tag.group(1)) == version) {
                return true;
            }
        }
        return false;
    }
}
