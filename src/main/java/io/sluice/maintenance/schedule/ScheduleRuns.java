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
import java.util.regex.Pattern;

/// When scheduled work was begun last, for all replicas: a file for each run below the root, named with the run's
/// number, in a directory for each place where a table lies; it holds the table's name. Whoever creates the next one
/// begins the run; the store's clock says when that was.
final class ScheduleRuns {

    private static final String DIRECTORY = Storages.OWN_DIRECTORY + "/operations/schedules";

    private static final Pattern PLACE = Pattern.compile("[0-9a-f]{32}");

    private final Storages storages;

    ScheduleRuns(Storages storages) {
        this.storages = storages;
    }

    /// @param begun by the store's clock
    record Run(Kind kind, long number, Instant begun) {}

    /// A table where it lies: of several names that lead there one is enough.
    ///
    /// @param place [Location#digest()]
    record Scheduled(String place, TableName table) {

        static Scheduled of(TableName table, Location location) {
            return new Scheduled(location.digest(), table);
        }
    }

    /// Places of tables with schedules, as far as somebody noticed them.
    List<String> places() throws IOException {
        return storage().list(directory(), "").stream()
                .map(FileEntry::name)
                .filter(name -> PLACE.matcher(name).matches())
                .toList();
    }

    /// The table that somebody noticed there.
    ///
    /// @param run one of those that were listed
    Scheduled find(String place, Run run) throws IOException {
        byte[] name = storage().read(file(place, run.kind(), run.number()));
        return new Scheduled(place, TableName.parse(new String(name, StandardCharsets.UTF_8)));
    }

    /// The last run of each kind; number 0 is when the schedule was noticed.
    Map<Kind, Run> last(String place) throws IOException {
        Map<Kind, Run> last = new EnumMap<>(Kind.class);
        for (FileEntry entry : storage().list(directory(place), "")) {
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
    boolean claim(Scheduled table, Kind kind, long number) throws IOException {
        Location file = file(table.place(), kind, number);
        byte[] name = table.table().toString().getBytes(StandardCharsets.UTF_8);
        return switch (storage().putIfAbsent(file, name)) {
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
    void forget(Scheduled table, Kind kind, long before) throws IOException {
        var old = new ArrayList<Location>();
        for (FileEntry entry : storage().list(directory(table.place()), "")) {
            run(entry)
                    .filter(run -> run.kind() == kind && run.number() < before)
                    .ifPresent(_ -> old.add(entry.location()));
        }
        for (Location file : old) {
            storage().delete(file);
        }
    }

    void forget(String place) throws IOException {
        storage().deleteTree(directory(place));
    }

    private Location file(String place, Kind kind, long number) {
        return directory(place).resolve(kind.word() + "." + String.format("%012d", number));
    }

    private Location directory(String place) {
        return directory().resolve(place);
    }

    private Location directory() {
        return storages.root().resolve(DIRECTORY);
    }

    private Storage storage() {
        return storages.of(storages.root());
    }
}
