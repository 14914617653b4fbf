package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/// A table whose log a test writes, entry by entry.
final class HandMadeTable {

    private final Storages storages;
    private final Location location;
    private long next;

    HandMadeTable(Storages storages, Location location) {
        this.storages = storages;
        this.location = location;
    }

    /// With a column `id` of type long and deletion vectors, or whatever the specification says.
    static HandMadeTable create(Storages storages, String name, TableSpec spec) {
        HandMadeTable table =
                new HandMadeTable(storages, storages.root().resolve("default").resolve(name));
        table.commit(new TableCreator(UUID::randomUUID).create(spec, author()));
        return table;
    }

    static HandMadeTable create(Storages storages, String name) {
        return create(storages, name, spec(new Column("id", DataType.Primitive.LONG)));
    }

    static TableSpec spec(Column... columns) {
        return new TableSpec(new Schema(List.of(columns)), List.of(), List.of(), Map.of(), Optional.empty());
    }

    static TableCreator.Author author() {
        return new TableCreator.Author(
                "Sluice/test", Instant.now(), UUID.randomUUID().toString(), Optional.empty());
    }

    Location location() {
        return location;
    }

    Path log() {
        return location.toPath().resolve("_delta_log");
    }

    Path entry(long version) {
        return log().resolve(String.format("%020d.json", version));
    }

    FileEntry file(long version) {
        try {
            return storages.of(location).find(Location.of(entry(version))).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LogEntry commit(List<Action> actions) {
        byte[] content = LogEntryCodec.encode(actions);
        PutOutcome outcome = storages.of(location)
                .putIfAbsent(location.resolve("_delta_log/" + String.format("%020d.json", next)), content);
        assertThat(outcome).isInstanceOf(PutOutcome.Created.class);
        return new LogEntry(next++, Instant.now(), actions);
    }

    LogEntry commit(Action... actions) {
        List<Action> all = new ArrayList<>();
        all.add(new Action.CommitInfo(
                Map.of("operation", "WRITE", "txnId", UUID.randomUUID().toString())));
        all.addAll(List.of(actions));
        return commit(all);
    }

    void writeRaw(String content) {
        try {
            Files.write(entry(next++), content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void setTime(long version, Instant time) {
        try {
            Files.setLastModifiedTime(entry(version), FileTime.from(time));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Action.AddFile add(String path) {
        return add(
                path,
                "{\"numRecords\":10,\"minValues\":{\"id\":1},\"maxValues\":{\"id\":10},\"nullCount\":{\"id\":0}}");
    }

    static Action.AddFile add(String path, String stats) {
        return new Action.AddFile(
                path,
                Map.of(),
                100,
                1_000,
                true,
                Optional.of(stats),
                Map.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    static Action.RemoveFile remove(String path, Optional<Action.DeletionVector> vector) {
        return new Action.RemoveFile(
                path,
                OptionalLong.of(System.currentTimeMillis()),
                true,
                Map.of(),
                OptionalLong.of(100),
                vector,
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    static Action.AddFile withVector(Action.AddFile add, Action.DeletionVector vector) {
        return new Action.AddFile(
                add.path(),
                add.partitionValues(),
                add.size(),
                add.modificationTime(),
                add.dataChange(),
                add.stats(),
                add.tags(),
                Optional.of(vector),
                add.baseRowId(),
                add.defaultRowCommitVersion(),
                add.clusteringProvider());
    }
}
