package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.Metadata;
import io.delta.kernel.internal.actions.Protocol;
import io.delta.kernel.internal.actions.RemoveFile;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.FileKey;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Storage;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What of a checkpoint only the log has, as it was written there: tombstones, which come in portions, and after the
/// last of them protocol and metadata.
///
/// A tombstone stays as long as its file may still be read by who looks at an older version (Delta protocol, "Action
/// Reconciliation"), also that of an earlier checkpoint: by it others know that the file is not yet theirs to delete.
final class LoggedRows implements CloseableIterator<List<Row>> {

    private static final StructType SCHEMA = new StructType()
            .add("remove", RemoveFile.FULL_SCHEMA, true)
            .add("metaData", Metadata.FULL_SCHEMA, true)
            .add("protocol", Protocol.FULL_SCHEMA, true);

    private static final int REMOVE = 0;
    private static final int METADATA = 1;
    private static final int PROTOCOL = 2;

    /// How lines begin that hold nothing of it. Any other is looked into.
    private static final List<String> OTHERS =
            List.of("{\"add\":{", "{\"commitInfo\":{", "{\"cdc\":{", "{\"txn\":{", "{\"domainMetadata\":{");

    private final Engine engine;
    private final Storage storage;
    private final TableSnapshot table;
    private final Iterator<FileEntry> commits;
    private final ActionsIterator checkpoint;
    private final long youngerThanMillis;
    private final Set<String> removed = new HashSet<>();
    private final Set<String> live = new HashSet<>();
    private List<Row> next = List.of();
    private @Nullable Row protocol;
    private @Nullable Row metadata;
    private boolean damaged;

    /// @param youngerThanMillis tombstones that are not are left out
    LoggedRows(Engine engine, Storage storage, TableSnapshot table, LogTail tail, long youngerThanMillis) {
        this.engine = engine;
        this.storage = storage;
        this.table = table;
        this.commits = tail.commits().iterator();
        this.checkpoint = new ActionsIterator(
                engine, tail.checkpoint().stream().map(StorageFileIo::status).toList(), SCHEMA, Optional.empty());
        this.youngerThanMillis = youngerThanMillis;
    }

    @Override
    public boolean hasNext() {
        while (next.isEmpty() && commits.hasNext()) {
            next = ofCommit(commits.next());
        }
        while (next.isEmpty() && checkpointHasNext()) {
            next = ofBatch(checkpoint.next().getColumnarBatch());
        }
        return !next.isEmpty();
    }

    @Override
    public List<Row> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        List<Row> given = next;
        next = List.of();
        return given;
    }

    private boolean checkpointHasNext() {
        try {
            return checkpoint.hasNext();
        } catch (RuntimeException e) {
            damaged = KernelFailures.hidden(e).isEmpty();
            throw e;
        }
    }

    /// Whether it ended because the earlier checkpoint cannot be read.
    boolean isCheckpointDamaged() {
        return damaged;
    }

    Row protocol() {
        return found(protocol);
    }

    Row metadata() {
        return found(metadata);
    }

    private static Row found(@Nullable Row row) {
        if (row == null) {
            throw new Failure.TableCorrupt("the log has no protocol or metadata").asException();
        }
        return row;
    }

    private List<Row> ofCommit(FileEntry commit) {
        List<String> lines;
        try {
            lines = new String(storage.read(commit.location()), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && OTHERS.stream().noneMatch(line::startsWith))
                    .toList();
        } catch (NoSuchFileException e) {
            throw new Failure.TableCorrupt("the log entry " + commit.name() + " is missing").asException(e);
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
        if (lines.isEmpty()) {
            return List.of();
        }
        return ofBatch(engine.getJsonHandler()
                .parseJson(VectorUtils.buildColumnVector(lines, StringType.STRING), SCHEMA, Optional.empty()));
    }

    private List<Row> ofBatch(ColumnarBatch batch) {
        List<Row> tombstones = new ArrayList<>();
        try (CloseableIterator<Row> rows = batch.getRows()) {
            while (rows.hasNext()) {
                Row action = rows.next();
                if (!action.isNullAt(REMOVE) && isKept(action.getStruct(REMOVE))) {
                    tombstones.add(action.getStruct(REMOVE));
                }
                if (protocol == null && !action.isNullAt(PROTOCOL)) {
                    protocol = action.getStruct(PROTOCOL);
                }
                if (metadata == null && !action.isNullAt(METADATA)) {
                    metadata = action.getStruct(METADATA);
                }
            }
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        return tombstones;
    }

    private boolean isKept(Row row) {
        RemoveFile remove = new RemoveFile(row);
        String key = FileKey.of(
                remove.getPath(),
                remove.getDeletionVector()
                        .map(vector -> new Action.DeletionVector(
                                vector.getStorageType(),
                                vector.getPathOrInlineDv(),
                                vector.getOffset().map(OptionalLong::of).orElse(OptionalLong.empty()),
                                vector.getSizeInBytes(),
                                vector.getCardinality())));
        return removed.add(key)
                && remove.getDeletionTimestamp().orElse(0L) > youngerThanMillis
                && !live().contains(key);
    }

    private Set<String> live() {
        if (live.isEmpty()) {
            for (DataFile file : table.files()) {
                live.add(FileKey.of(file.add().path(), file.add().deletionVector()));
            }
        }
        return live;
    }

    @Override
    public void close() throws IOException {
        checkpoint.close();
    }
}
