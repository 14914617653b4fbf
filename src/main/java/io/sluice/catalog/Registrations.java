package io.sluice.catalog;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tables that lie elsewhere than their name says: one small file each below the root, so that replicas and restarts
/// know them.
///
/// What other replicas register or forget is seen within a few seconds; a look-up of an unknown name sees it at once.
final class Registrations {

    private static final Logger LOG = LoggerFactory.getLogger(Registrations.class);
    private static final String DIRECTORY = Storages.OWN_DIRECTORY + "/registered";
    private static final String SUFFIX = ".json";

    /// A registration is a file of this name; file systems take 255 bytes.
    private static final int LONGEST_NAME = 255 - SUFFIX.length();

    private static final String LOCATION = "location";
    private static final Duration STALENESS = Duration.ofSeconds(3);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Storages storages;
    private final Clock clock;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile View view = new View(Instant.MIN, new TreeMap<>());

    Registrations(Storages storages, Clock clock) {
        this.storages = storages;
        this.clock = clock;
    }

    /// A registration as it was last read; the file's time tells whether it was made anew.
    private record Place(Location location, Instant registered) {}

    private record View(Instant taken, NavigableMap<TableName, Place> places) {
        /// Not to be used any more, however short ago it was taken.
        boolean isForgotten() {
            return taken.equals(Instant.MIN);
        }
    }

    /// Where a registered table lay when it was last looked: nothing is asked of the store.
    Optional<Location> remembered(TableName table) {
        return Optional.ofNullable(view.places().get(table)).map(Place::location);
    }

    /// Where a registered table lies, as of a few seconds ago.
    Optional<Location> find(TableName table) {
        return Optional.ofNullable(current().get(table)).map(Place::location);
    }

    /// Where a registered table lies, asking the store.
    Optional<Location> findNow(TableName table) {
        if (isTooLong(table)) {
            return Optional.empty();
        }
        try {
            Location file = file(table);
            Optional<FileEntry> entry = storage().find(file);
            return entry.isEmpty() ? Optional.empty() : read(entry.get()).map(Place::location);
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }

    /// The names of all registered tables, as of a few seconds ago, in order.
    NavigableMap<TableName, Location> all() {
        NavigableMap<TableName, Location> all = new TreeMap<>();
        current().forEach((name, place) -> all.put(name, place.location()));
        return all;
    }

    /// @throws io.sluice.table.FailureException `table-exists` when the name is registered for another place;
    ///     `bad-parameter` for a name that a file cannot have
    void add(TableName table, Location location) {
        if (isTooLong(table)) {
            throw new Failure.BadParameter(
                            "name", "a registered table's has at most " + LONGEST_NAME + " characters, schema included")
                    .asException();
        }
        byte[] content = JSON.writeValueAsBytes(Map.of(LOCATION, location.toString()));
        PutOutcome outcome = storage().putIfAbsent(file(table), content);
        forgetView();
        switch (outcome) {
            case PutOutcome.Created _ -> {}
            case PutOutcome.AlreadyExists _, PutOutcome.Undecided _ -> {
                Location registered =
                        findNow(table).orElseThrow(() -> new Failure.StorageUnavailable(RETRY_AFTER).asException());
                if (!registered.equals(location)) {
                    throw new Failure.TableExists(table).asException();
                }
            }
            case PutOutcome.Refused(Exception cause) ->
                throw new Failure.StorageUnavailable(RETRY_AFTER).asException(cause);
        }
    }

    void remove(TableName table) {
        try {
            storage().delete(file(table));
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        } finally {
            forgetView();
        }
    }

    private NavigableMap<TableName, Place> current() {
        View seen = view;
        if (isFresh(seen)) {
            return seen.places();
        }
        if (!seen.isForgotten() && !refreshing.tryLock()) {
            return seen.places(); // somebody is looking: who waits for a silent store is answered late
        }
        if (seen.isForgotten()) {
            refreshing.lock();
        }
        try {
            if (!isFresh(view)) {
                view = refreshed(view);
            }
            return view.places();
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        } finally {
            refreshing.unlock();
        }
    }

    private boolean isFresh(View seen) {
        Instant now = clock.instant();
        return seen.taken().isAfter(now.minus(STALENESS)) && !seen.taken().isAfter(now);
    }

    private View refreshed(View before) throws IOException {
        Instant now = clock.instant();
        NavigableMap<TableName, Place> places = new TreeMap<>();
        for (FileEntry file : storage().list(storages.root().resolve(DIRECTORY), "")) {
            Optional<TableName> name = name(file);
            if (name.isPresent()) {
                Place known = before.places().get(name.get());
                Optional<Place> place =
                        known != null && known.registered().equals(file.modified()) ? Optional.of(known) : read(file);
                place.ifPresent(found -> places.put(name.get(), found));
            }
        }
        return new View(now, places);
    }

    private void forgetView() {
        refreshing.lock();
        try {
            view = new View(Instant.MIN, view.places());
        } finally {
            refreshing.unlock();
        }
    }

    private Optional<Place> read(FileEntry file) throws IOException {
        try {
            JsonNode location = JSON.readTree(storage().read(file.location())).path(LOCATION);
            return Optional.of(new Place(Location.parse(location.stringValue()), file.modified()));
        } catch (NoSuchFileException forgottenMeanwhile) {
            return Optional.empty();
        } catch (JacksonException | IllegalArgumentException damaged) {
            LOG.error("The registration {} cannot be read", file.location(), damaged);
            return Optional.empty();
        }
    }

    private static Optional<TableName> name(FileEntry file) {
        String name = file.name();
        int dot = name.indexOf('.');
        if (file.kind() != FileEntry.Kind.FILE || !name.endsWith(SUFFIX) || dot < 0) {
            return Optional.empty();
        }
        String schema = name.substring(0, dot);
        String table = name.substring(dot + 1, Math.max(dot + 1, name.length() - SUFFIX.length()));
        return TableName.isSegment(schema) && TableName.isSegment(table)
                ? Optional.of(new TableName(schema, table))
                : Optional.empty();
    }

    private Storage storage() {
        return storages.of(storages.root());
    }

    private static boolean isTooLong(TableName table) {
        return table.toString().length() > LONGEST_NAME;
    }

    private Location file(TableName table) {
        return storages.root().resolve(DIRECTORY + "/" + table + SUFFIX);
    }
}
