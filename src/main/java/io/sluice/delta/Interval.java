package io.sluice.delta;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The intervals of table properties, as Spark writes them: `interval 30 days`, `interval 1 week 2 hours`, also
/// without the first word. Months and years have no fixed length and are none. One that is longer than a hundred years
/// counts as that, so that a moment can be reckoned with any.
public final class Interval {

    private static final Pattern TERM =
            Pattern.compile("(\\d{1,12})\\s+(week|day|hour|minute|second|millisecond|microsecond)s?");
    private static final Pattern WHOLE = Pattern.compile("(?:interval\\s+)?(" + TERM + "(?:\\s+" + TERM + ")*)");

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private Interval() {}

    /// Empty for a text that is no interval.
    public static Optional<Duration> parse(String text) {
        Matcher whole = WHOLE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!whole.matches()) {
            return Optional.empty();
        }
        Duration sum = Duration.ZERO;
        Matcher term = TERM.matcher(whole.group(1));
        while (term.find()) {
            Duration more = sum.plus(length(Long.parseLong(term.group(1)), term.group(2)));
            sum = more.compareTo(LONGEST) > 0 ? LONGEST : more;
        }
        return Optional.of(sum);
    }

    /// A property of a table; the default where it has none. Empty when its text is no interval.
    public static Optional<Duration> of(Map<String, String> configuration, String property, Duration unset) {
        String text = configuration.get(property);
        return text == null ? Optional.of(unset) : parse(text);
    }

    private static Duration length(long count, String unit) {
        return switch (unit) {
            case "week" -> Duration.ofDays(Math.multiplyExact(7, count));
            case "day" -> Duration.ofDays(count);
            case "hour" -> Duration.ofHours(count);
            case "minute" -> Duration.ofMinutes(count);
            case "second" -> Duration.ofSeconds(count);
            case "millisecond" -> Duration.ofMillis(count);
            default -> Duration.ofNanos(Math.multiplyExact(1_000, count));
        };
    }
}
