package io.sluice.operation;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The header `Prefer` (RFC 7240): how long a client would wait for an operation's end.
final class Preference {

    private static final Pattern WAIT =
            Pattern.compile("(?i)(?:^|,)\\s*wait\\s*=\\s*\"?([0-9]{1,6})\"?\\s*(?:;[^,]*)?(?=,|$)");

    private Preference() {}

    /// Empty without the preference, or where it is not a number of seconds: a preference may be ignored.
    static Optional<Duration> waits(@Nullable String prefer) {
        if (prefer == null) {
            return Optional.empty();
        }
        var wait = WAIT.matcher(prefer);
        return wait.find() ? Optional.of(Duration.ofSeconds(Long.parseLong(wait.group(1)))) : Optional.empty();
    }
}
