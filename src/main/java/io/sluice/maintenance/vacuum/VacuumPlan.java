package io.sluice.maintenance.vacuum;

import io.sluice.delta.Interval;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import io.sluice.table.IsoDuration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// What is asked of a vacuum, checked against the table.
///
/// @param location of the table
/// @param retention that is kept
/// @param tableRetention what the table says by itself
/// @param newest how many versions are kept whatever their age
/// @param versions that are kept whatever their age
public record VacuumPlan(
        Location location,
        Duration retention,
        Duration tableRetention,
        Optional<Duration> specified,
        OptionalLong newest,
        List<Long> versions,
        Scope scope,
        Mode mode) {

    private static final int MOST_VERSIONS = 100;

    public VacuumPlan {
        versions = List.copyOf(versions);
    }

    /// What a client, or a schedule, wants.
    ///
    /// @param retention ISO-8601, or empty for the table's own
    public record Wish(String retention, OptionalLong newest, List<Long> versions, Scope scope, Mode mode) {

        /// A lite one with the table's own retention.
        public static Wish usual() {
            return new Wish("", OptionalLong.empty(), List.of(), Scope.LITE, Mode.DELETE);
        }
    }

    /// Where it looks for files.
    public enum Scope {
        /// At what the log says was removed.
        LITE,
        /// At every file below the table.
        FULL
    }

    public enum Mode {
        DELETE,
        DRY_RUN
    }

    private static final String RETENTION = "delta.deletedFileRetentionDuration";

    /// Delta's default of the table's property.
    private static final Duration WEEK = Duration.ofDays(7);

    /// Longer than any table is old.
    private static final Duration LONGEST = Duration.ofDays(36_500);

    /// @throws io.sluice.table.FailureException `retention-too-short`, `malformed-body`; `invalid-schema`
    ///     when the table's own retention cannot be read
    static VacuumPlan of(TableSnapshot table, Wish wish, VacuumSettings settings) {
        if (wish.versions().size() > MOST_VERSIONS
                || wish.versions().stream().anyMatch(version -> version < 0)
                || wish.newest().orElse(1) < 1) {
            throw new Failure.MalformedBody("keepVersions is how many of the newest versions are kept, at least 1, or a"
                            + " list of up to " + MOST_VERSIONS + " versions")
                    .asException();
        }
        Duration own = own(table.metadata().configuration());
        Optional<Duration> specified =
                wish.retention().isEmpty() ? Optional.empty() : Optional.of(parse(wish.retention()));
        Duration least = settings.retentionCheck() ? max(own, settings.leastRetention()) : settings.leastRetention();
        Duration kept = specified.orElse(max(own, settings.leastRetention()));
        if (kept.compareTo(least) < 0) {
            throw new Failure.RetentionTooShort(kept, least).asException();
        }
        return new VacuumPlan(
                table.location(), kept, own, specified, wish.newest(), wish.versions(), wish.scope(), wish.mode());
    }

    /// Never guessed: a shorter one would delete what the table's owner wants kept.
    private static Duration own(Map<String, String> configuration) {
        return Interval.of(configuration, RETENTION, WEEK)
                .orElseThrow(() -> new Failure.InvalidSchema("the table property " + RETENTION + " is \""
                                + configuration.get(RETENTION) + "\", which is no interval such as \"interval 7 days\"")
                        .asException());
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static Duration parse(String text) {
        return IsoDuration.parse(text, Duration.ZERO, LONGEST)
                .orElseThrow(() -> new Failure.MalformedBody(
                                "retention is an ISO-8601 duration up to P36500D, such as PT168H or P1W")
                        .asException());
    }
}
