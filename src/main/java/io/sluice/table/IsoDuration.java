package io.sluice.table;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as requests and properties name them: ISO-8601 without years and months, which have no fixed length.
public final class IsoDuration {

    /// Java reads days and what is smaller.
    private static final Pattern WEEKS = Pattern.compile("P(\\d{1,4})W", Pattern.CASE_INSENSITIVE);

    private IsoDuration() {}

    /// Empty for a text that is none, and for one that is not within the bounds.
    public static Optional<Duration> parse(String text, Duration least, Duration most) {
        try {
            Matcher weeks = WEEKS.matcher(text.strip());
            Duration duration = weeks.matches()
                    ? Duration.ofDays(7 * Long.parseLong(weeks.group(1)))
                    : Duration.parse(text.strip());
            return duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0
                    ? Optional.of(duration)
                    : Optional.empty();
        } catch (DateTimeException | ArithmeticException none) {
            return Optional.empty();
        }
    }
}
