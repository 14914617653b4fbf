package io.sluice.operation;

import io.sluice.api.Problems;
import io.sluice.storage.FileEntry;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// All operations that are known: those of this process by what they are, those of others by what they left below
/// the root.
final class KnownOperations {

    private static final Logger LOG = LoggerFactory.getLogger(KnownOperations.class);

    /// Operations that are over and still in memory: they are asked about most right after their end.
    static final int REMEMBERED = 1_000;

    private static final int SWEPT_AT_ONCE = 1_000;
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}-[0-9a-f]{12}");

    private final OperationStore store;
    private final OperationSettings settings;
    private final JsonMapper json;
    private final Clock clock;
    private final Map<String, OwnOperation> own = new ConcurrentHashMap<>();

    KnownOperations(OperationStore store, OperationSettings settings, JsonMapper json, Clock clock) {
        this.store = store;
        this.settings = settings;
        this.json = json;
        this.clock = clock;
    }

    /// The store's time, asked for once, and only when an operation of another replica has not ended: whether that
    /// is alive goes by the time of its file.
    private final class StoreTime {

        private @Nullable Instant told;

        Instant get() {
            if (told == null) {
                told = store.now();
            }
            return told;
        }
    }

    void add(OwnOperation operation) {
        own.put(operation.current().id(), operation);
    }

    Collection<OwnOperation> own() {
        return own.values();
    }

    Optional<OwnOperation> own(String id) {
        return Optional.ofNullable(own.get(id));
    }

    /// Those of this process that are over and on storage, but for the newest.
    void forgetOld() {
        own.values().stream()
                .filter(operation ->
                        operation.isSaved() && operation.current().state().isFinished())
                .map(operation -> operation.current().id())
                .sorted(Comparator.reverseOrder())
                .skip(REMEMBERED)
                .forEach(own::remove);
    }

    /// Deletes records that nobody has touched for as long as they are kept, of whichever replica: their
    /// operations have ended, or their replicas have. Never fails.
    void sweep() {
        try {
            store.deleteOlder(store.now().minus(settings.kept()), SWEPT_AT_ONCE);
        } catch (FailureException silent) {
            LOG.info("Records of old operations are deleted later", silent);
        }
    }

    private static boolean isFinishedBefore(Operation operation, Instant moment) {
        Instant finished = operation.finishedAt();
        return finished != null && finished.isBefore(moment);
    }

    /// @throws FailureException `operation-not-found`
    Operation find(String id) {
        Optional<OwnOperation> mine = own(id);
        if (mine.isPresent()) {
            return mine.get().current();
        }
        return (ID.matcher(id).matches() ? store.find(id) : Optional.<OperationStore.Known>empty())
                .map(known -> shown(known, new StoreTime()))
                .orElseThrow(() -> new Failure.OperationNotFound(id).asException());
    }

    /// As it was left, or as failed when its replica was not heard of for too long.
    private Operation shown(OperationStore.Known known, StoreTime now) {
        if (known.operation().state().isFinished() || isFresh(known, now)) {
            return known.operation();
        }
        JsonNode problem = json.valueToTree(Problems.of(new Failure.OperationAbandoned())
                .about(
                        "/v1/operations/" + known.operation().id(),
                        known.operation().id()));
        return known.operation().failed(problem, known.seen());
    }

    private boolean isFresh(OperationStore.Known known, StoreTime now) {
        return known.seen().isAfter(now.get().minus(settings.untilDead()));
    }

    /// The operation, if a replica is still at work on it.
    Optional<Operation> living(String id) {
        return own(id).map(OwnOperation::current)
                .or(() -> store.find(id).map(known -> shown(known, new StoreTime())))
                .filter(operation -> !operation.state().isFinished());
    }

    /// Operations that satisfy the condition, the newest first. Those that are older than they are kept go.
    ///
    /// @param before an id; empty for the beginning
    /// @param most how many
    List<Operation> list(Predicate<Operation> wanted, String before, int most) {
        Instant old = clock.instant().minus(settings.kept());
        var now = new StoreTime();
        var found = new ArrayList<Operation>();
        for (FileEntry entry : store.list().reversed()) {
            String id = OperationStore.id(entry);
            if (found.size() == most) {
                break;
            }
            if (!before.isEmpty() && id.compareTo(before) >= 0) {
                continue;
            }
            Optional<Operation> operation = own(id).map(OwnOperation::current)
                    .or(() -> store.read(entry).map(known -> shown(known, now)));
            if (operation.isPresent() && isFinishedBefore(operation.get(), old)) {
                store.delete(id);
            } else {
                operation.filter(wanted).ifPresent(found::add);
            }
        }
        return found;
    }
}
