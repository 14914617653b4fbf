package io.sluice.maintenance.schedule;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Schedules.Kind;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// When scheduled work was begun last, for all replicas: a file for each run below the root, named with the run's
/// number. Whoever creates the next one begins the run; the store's clock says when that was.
final class ScheduleRuns {

    private static final String DIRECTORY = Storages.OWN_DIRECTORY + "/operations/schedules";

    private final Storages storages;

    ScheduleRuns(Storages storages) {
        this.storages = storages;
    }

    /// @param begun by the store's clock
    record Run(Kind kind, long number, Instant begun) {}

    /// Tables with schedules, as far as somebody noticed them.
    List<TableName> tables() throws IOException {
        return storage().list(directory(), "").stream()
                .filter(entry -> entry.kind() == FileEntry.Kind.DIRECTORY)
                .map(entry -> TableName.parse(entry.name()))
                .toList();
    }

    /// The last run of each kind; number 0 is when the schedule was noticed.
    Map<Kind, Run> last(TableName table) throws IOException {
        Map<Kind, Run> last = new EnumMap<>(Kind.class);
        for (FileEntry entry : storage().list(directory(table), "")) {
            run(entry)
                    .ifPresent(run ->
                            last.merge(run.kind(), run, (one, other) -> one.number() >= other.number() ? one : other));
        }
        return last;
    }

    private static Optional<Run> run(FileEntry entry) {
        int dot = entry.name().indexOf('.');
        return Arrays.stream(Kind.values())
                .filter(kind -> dot > 0 && kind.word().equals(entry.name().substring(0, dot)))
                .findFirst()
                .filter(_ -> entry.name().substring(dot + 1).matches("\\d{12}"))
                .map(kind -> new Run(kind, Long.parseLong(entry.name().substring(dot + 1)), entry.modified()));
    }

    /// Whether this replica is the one that begins the run. What came before it is forgotten then.
    boolean claim(TableName table, Kind kind, long number) throws IOException {
        Location file = file(table, kind, number);
        return switch (storage().putIfAbsent(file, "{}".getBytes(StandardCharsets.UTF_8))) {
            case PutOutcome.Created _ -> {
                forget(table, kind, number);
                yield true;
            }
            case PutOutcome.AlreadyExists _ -> false;
            case PutOutcome.Undecided(Exception cause) -> throw new IOException(cause);
            case PutOutcome.Refused(Exception cause) -> throw new IOException(cause);
        };
    }

    /// Runs of a kind before this number.
    void forget(TableName table, Kind kind, long before) throws IOException {
        var old = new ArrayList<Location>();
        for (FileEntry entry : storage().list(directory(table), "")) {
            run(entry)
                    .filter(run -> run.kind() == kind && run.number() < before)
                    .ifPresent(_ -> old.add(entry.location()));
        }
        for (Location file : old) {
            storage().delete(file);
        }
    }

    void forget(TableName table) throws IOException {
        storage().deleteTree(directory(table));
    }

    private Location file(TableName table, Kind kind, long number) {
        return directory(table).resolve(kind.word() + "." + String.format("%012d", number));
    }

    private Location directory(TableName table) {
        return directory().resolve(table.toString());
    }

    private Location directory() {
        return storages.root().resolve(DIRECTORY);
    }

    private Storage storage() {
        return storages.of(storages.root());
    }
}
