package io.sluice.delta;

import io.sluice.delta.prune.BoundsIndex;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reconciles actions into a table's state (Delta protocol, "Action Reconciliation"), one version after the other. Not
/// safe for threads; the snapshots that it gives out are immutable.
final class TableReplay {

    private final Location table;
    private final TablePaths paths;

    /// Live files in the order of the log; null where one was removed.
    private @Nullable DataFile[] slots = new @Nullable DataFile[64];

    private int used;
    private final Map<String, Integer> slotOf = new HashMap<>();
    private final Map<String, String> domains = new TreeMap<>();
    private final Map<String, Action.SetTransaction> newTransactions = new HashMap<>();
    private TransactionIds transactions = TransactionIds.NONE;
    private Action.@Nullable Protocol protocol;
    private Action.@Nullable Metadata metadata;

    /// Of the last snapshot, as long as its columns are the table's.
    private @Nullable BoundsIndex bounds;

    private long version = -1;
    private long base = -1;
    private Instant timestamp = Instant.EPOCH;

    TableReplay(Location table, TablePaths paths) {
        this.table = table;
        this.paths = paths;
    }

    Location location() {
        return table;
    }

    long version() {
        return version;
    }

    /// The version whose checkpoint the state was read from; -1 where it was read from commits alone.
    long base() {
        return base;
    }

    int fileCount() {
        return slotOf.size();
    }

    boolean hasProtocolAndMetadata() {
        return protocol != null && metadata != null;
    }

    /// Takes an action of a checkpoint.
    void fromCheckpoint(Action action) {
        apply(action);
    }

    /// Ends a checkpoint.
    ///
    /// @param written when its file was written: the best known time of a version whose commit is gone
    void checkpointed(long checkpointVersion, Instant written) {
        version = checkpointVersion;
        base = checkpointVersion;
        timestamp = written;
    }

    /// Applies the commit that follows [#version()].
    void commit(LogEntry entry) {
        if (entry.version() != version + 1) {
            throw new IllegalArgumentException("version " + entry.version() + " does not follow " + version);
        }
        entry.actions().forEach(this::apply);
        version = entry.version();
        timestamp = CommitTime.of(entry, configuration());
    }

    /// Applies the commits up to this version, reconciled into one entry.
    void compacted(LogEntry entry) {
        entry.actions().forEach(this::apply);
        version = entry.version();
        timestamp = entry.fileModified();
    }

    /// Takes the time of a commit whose actions a checkpoint already brought.
    void timeOf(LogEntry entry) {
        timestamp = CommitTime.of(entry, configuration());
    }

    private Map<String, String> configuration() {
        Action.Metadata known = metadata;
        return known == null ? Map.of() : known.configuration();
    }

    private void apply(Action action) {
        switch (action) {
            case Action.AddFile add -> add(add);
            case Action.RemoveFile remove -> remove(FileKey.of(remove.path(), remove.deletionVector()));
            case Action.Metadata changed -> {
                metadata = changed;
                bounds = null;
            }
            case Action.Protocol changed -> protocol = changed;
            case Action.SetTransaction transaction -> newTransactions.put(transaction.appId(), transaction);
            case Action.DomainMetadata domain -> {
                if (domain.removed()) {
                    domains.remove(domain.domain());
                } else {
                    domains.put(domain.domain(), domain.configuration());
                }
            }
            case Action.AddCdcFile _, Action.CommitInfo _, Action.Other _ -> {}
        }
    }

    private void add(Action.AddFile add) {
        String key = FileKey.of(add.path(), add.deletionVector());
        DataFile file = new DataFile(add, paths);
        Integer slot = slotOf.get(key);
        if (slot != null) {
            slots[slot] = file;
            return;
        }
        if (used == slots.length) {
            makeRoom();
        }
        slots[used] = file;
        slotOf.put(key, used++);
    }

    private void remove(String key) {
        Integer slot = slotOf.remove(key);
        if (slot != null) {
            slots[slot] = null;
        }
    }

    /// Closes the gaps where they are many, else grows.
    private void makeRoom() {
        if (slotOf.size() > used / 2) {
            slots = Arrays.copyOf(slots, used * 2);
            return;
        }
        int[] newSlot = new int[used];
        int live = 0;
        for (int i = 0; i < used; i++) {
            if (slots[i] != null) {
                newSlot[i] = live;
                slots[live++] = slots[i];
            }
        }
        Arrays.fill(slots, live, used, null);
        slotOf.replaceAll((_, slot) -> newSlot[slot]);
        used = live;
    }

    /// The state as it is now.
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt` without protocol or metadata,
    ///     `unsupported-table-feature` when this version cannot be read
    LoadedSnapshot snapshot() {
        Action.Protocol knownProtocol = protocol;
        Action.Metadata knownMetadata = metadata;
        if (knownProtocol == null || knownMetadata == null) {
            throw new Failure.TableCorrupt("the log has no " + (knownProtocol == null ? "protocol" : "metadata")
                            + " at version " + version)
                    .asException();
        }
        Features.requireReadable(knownProtocol);
        if (knownMetadata.schema().columns().isEmpty()) {
            throw new Failure.TableCorrupt("the table has no columns at version " + version).asException();
        }
        transactions = transactions.with(newTransactions);
        newTransactions.clear();
        List<DataFile> files = files();
        BoundsIndex before = bounds;
        BoundsIndex current = before == null ? new BoundsIndex(files) : BoundsIndex.following(before, files);
        bounds = current;
        return new LoadedSnapshot(
                table,
                version,
                timestamp,
                knownProtocol,
                knownMetadata,
                files,
                domains.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(domains)),
                transactions,
                paths,
                current);
    }

    private List<DataFile> files() {
        List<DataFile> files = new ArrayList<>(slotOf.size());
        for (int i = 0; i < used; i++) {
            DataFile file = slots[i];
            if (file != null) {
                files.add(file);
            }
        }
        return Collections.unmodifiableList(files);
    }
}
