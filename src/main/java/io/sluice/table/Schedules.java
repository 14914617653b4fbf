package io.sluice.table;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What is to be done to a table by itself, and how often: its properties `sluice.optimize.every`,
/// `sluice.vacuum.every`, …, ISO-8601 durations.
public record Schedules(Map<Kind, Duration> every) {

    private static final Pattern PROPERTY = Pattern.compile("sluice\\.([a-z]+)\\.every", Pattern.CASE_INSENSITIVE);
    private static final Duration LEAST = Duration.ofMinutes(1);
    private static final Duration MOST = Duration.ofDays(3650);

    /// What may be scheduled.
    public enum Kind {
        OPTIMIZE,
        VACUUM,
        CHECKPOINT,
        STATISTICS;

        /// The kind of the operation.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Schedules {
        every = Map.copyOf(every);
    }

    /// Those that a table's properties name; what cannot be read, because another writer set it, is left out.
    public static Schedules of(Map<String, String> properties) {
        Map<Kind, Duration> every = new EnumMap<>(Kind.class);
        properties.forEach((key, value) ->
                kind(key).ifPresent(kind -> parse(value).ifPresent(duration -> every.put(kind, duration))));
        return new Schedules(every);
    }

    /// Why a property cannot be set; nothing for one that can, or that is no schedule.
    public static Optional<String> fault(String property, String value) {
        if (!PROPERTY.matcher(property).matches()) {
            return Optional.empty();
        }
        if (kind(property).isEmpty()) {
            return Optional.of("the table property " + property + " is not known; scheduled are "
                    + String.join(
                            ", ", Arrays.stream(Kind.values()).map(Kind::word).toList()));
        }
        return parse(value).isPresent()
                ? Optional.empty()
                : Optional.of("the table property " + property + " cannot be \"" + value
                        + "\": it is an ISO-8601 duration from " + LEAST + " to P3650D, such as PT6H or P1D");
    }

    private static Optional<Kind> kind(String property) {
        Matcher name = PROPERTY.matcher(property);
        return name.matches()
                ? Arrays.stream(Kind.values())
                        .filter(kind -> kind.word().equalsIgnoreCase(name.group(1)))
                        .findFirst()
                : Optional.empty();
    }

    private static Optional<Duration> parse(String text) {
        return IsoDuration.parse(text, LEAST, MOST);
    }
}
