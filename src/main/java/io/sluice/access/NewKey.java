package io.sluice.access;

import io.sluice.access.grant.KeyEntry;
import java.io.PrintStream;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// `java -jar sluice.jar key --name=loader [--expires=P90D]`: makes an API key, prints it once, and prints the entry
/// for the file of keys and grants, which holds its hash.
public final class NewKey {

    /// The first argument of the command.
    public static final String COMMAND = "key";

    private static final String NAME = "--name=";
    private static final String EXPIRES = "--expires=";
    private static final String USAGE = "key --name=<name> [--expires=<date, moment, or duration such as P90D>]";

    private NewKey() {}

    /// @param arguments with the command in front
    /// @return the exit code
    public static int run(List<String> arguments, PrintStream out, PrintStream err, Clock clock) {
        try {
            Optional<String> name = value(arguments, NAME);
            Optional<Instant> expires = value(arguments, EXPIRES).map(text -> moment(text, clock));
            boolean known = arguments.stream()
                    .skip(1)
                    .allMatch(argument -> argument.startsWith(NAME) || argument.startsWith(EXPIRES));
            if (name.isEmpty() || !known) {
                err.println(USAGE);
                return 2;
            }
            KeyEntry entry = KeyEntry.make(name.get(), expires, new SecureRandom());
            err.println("The key, which is shown this once:");
            out.println(entry.key());
            err.println("The entry for the file of sluice.auth.file:");
            out.println(entry.yaml());
            return 0;
        } catch (IllegalArgumentException | DateTimeException e) {
            err.println(e.getMessage());
            err.println(USAGE);
            return 2;
        }
    }

    private static Optional<String> value(List<String> arguments, String option) {
        return arguments.stream()
                .filter(argument -> argument.startsWith(option))
                .map(argument -> argument.substring(option.length()))
                .findFirst();
    }

    private static Instant moment(String text, Clock clock) {
        if (text.startsWith("PT")) {
            return clock.instant().plus(Duration.parse(text));
        }
        if (text.startsWith("P")) {
            return clock.instant()
                    .atZone(ZoneOffset.UTC)
                    .plus(Period.parse(text))
                    .toInstant();
        }
        return text.contains("T")
                ? java.time.OffsetDateTime.parse(text).toInstant()
                : java.time.LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
