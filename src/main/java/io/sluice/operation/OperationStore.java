package io.sluice.operation;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What every replica knows of operations: a file for each below the root, written anew with each sign of life, and
/// one beside it when somebody wants it cancelled.
final class OperationStore {

    private static final Logger LOG = LoggerFactory.getLogger(OperationStore.class);
    private static final String DIRECTORY = Storages.OWN_DIRECTORY + "/operations";
    private static final String SUFFIX = ".json";
    private static final String CANCEL = ".cancel";
    private static final String CLOCK = "clock";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Storages storages;
    private final JsonMapper json;

    OperationStore(Storages storages, JsonMapper json) {
        this.storages = storages;
        this.json = json;
    }

    /// An operation and when it was last heard of, by the store's clock.
    record Known(Operation operation, Instant seen) {}

    /// @throws io.sluice.table.FailureException `storage-unavailable`
    void put(Operation operation) {
        try {
            storage().put(file(operation.id() + SUFFIX), json.writeValueAsBytes(operation));
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    Optional<Known> find(String id) {
        try {
            Optional<FileEntry> entry = storage().findFile(file(id + SUFFIX));
            return entry.isEmpty() ? Optional.empty() : read(entry.get());
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    /// Files of operations, the newest last: their names begin with the time.
    List<FileEntry> list() {
        try {
            return storage().list(directory(), "").stream()
                    .filter(entry -> entry.name().endsWith(SUFFIX))
                    .toList();
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    static String id(FileEntry entry) {
        return entry.name().substring(0, entry.name().length() - SUFFIX.length());
    }

    /// Empty when it is gone, or cannot be read.
    Optional<Known> read(FileEntry entry) {
        try {
            byte[] content = storage().read(entry.location());
            return Optional.of(new Known(json.readValue(content, Operation.class), entry.modified()));
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        } catch (JacksonException damaged) {
            LOG.warn("{} tells of no operation", entry.location(), damaged);
            return Optional.empty();
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    /// Asks the replica that runs it to stop.
    void wantCancelled(String id) {
        try {
            storage().put(file(id + CANCEL), "{}".getBytes(StandardCharsets.UTF_8));
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    boolean isWantedCancelled(String id) {
        try {
            return storage().findFile(file(id + CANCEL)).isPresent();
        } catch (IOException silent) {
            return false;
        }
    }

    /// By the store's clock.
    Instant now() {
        try {
            return storage().now(file(CLOCK));
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    /// Deletes what was written last before a moment.
    ///
    /// @param before by the store's clock
    /// @param most files
    void deleteOlder(Instant before, int most) {
        try {
            List<Location> old = storage().list(directory(), "").stream()
                    .filter(entry ->
                            entry.name().endsWith(SUFFIX) || entry.name().endsWith(CANCEL))
                    .filter(entry -> entry.modified().isBefore(before))
                    .limit(most)
                    .map(FileEntry::location)
                    .toList();
            storage().deleteAll(old);
        } catch (IOException silent) {
            throw unavailable(silent);
        }
    }

    void delete(String id) {
        try {
            storage().delete(file(id + CANCEL));
            storage().delete(file(id + SUFFIX));
        } catch (IOException leftBehind) {
            LOG.info("The record of operation {} stays for now", id, leftBehind);
        }
    }

    private Location file(String name) {
        return directory().resolve(name);
    }

    Location directory() {
        return storages.root().resolve(DIRECTORY);
    }

    Storage storage() {
        return storages.of(storages.root());
    }

    static RuntimeException unavailable(IOException silent) {
        return new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
    }
}
