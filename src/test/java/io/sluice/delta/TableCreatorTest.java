package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.internal.SnapshotImpl;
import io.sluice.delta.kernel.StorageFileIo;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.TypeText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCreatorTest {

    private static final Schema SCHEMA = new Schema(List.of(
            new Column("id", DataType.Primitive.LONG, false, Map.of("comment", "the key")),
            new Column("s", TypeText.parse("struct<a:integer,b:array<struct<c:string>>>")),
            new Column("day", DataType.Primitive.DATE)));

    @TempDir
    Path root;

    private Storages storages;

    @BeforeEach
    void open() {
        storages = PackTables.storages(root);
    }

    private TableSnapshot create(TableSpec spec) {
        HandMadeTable table = HandMadeTable.create(storages, "t", spec);
        TableSnapshot ours = new Snapshots(storages).latest(table.location());
        readByKernel(ours);
        return ours;
    }

    private void readByKernel(TableSnapshot ours) {
        StorageFileIo fileIo = new StorageFileIo(storages, ours.location());
        Snapshot kernels =
                TableManager.loadSnapshot("file:" + ours.location().path()).build(DefaultEngine.create(fileIo));
        assertThat(kernels.getVersion()).isZero();
        assertThat(kernels.getSchema().length())
                .isEqualTo(ours.schema().columns().size());
        assertThat(((SnapshotImpl) kernels).getMetadata().getDescription())
                .isEqualTo(ours.metadata().description());
        assertThat(kernels.getPartitionColumnNames()).isEqualTo(ours.metadata().partitionColumns());
    }

    private static TableSpec spec(Map<String, String> properties) {
        return new TableSpec(SCHEMA, List.of(), List.of(), properties, Optional.of("what it holds"));
    }

    @Test
    void a_new_table_has_deletion_vectors_and_nothing_else() {
        TableSnapshot table = create(spec(Map.of()));

        assertThat(table.protocol())
                .isEqualTo(new Action.Protocol(
                        3, 7, List.of("deletionVectors"), List.of("appendOnly", "deletionVectors", "invariants")));
        assertThat(table.metadata().configuration()).isEqualTo(Map.of("delta.enableDeletionVectors", "true"));
        assertThat(table.schema()).isEqualTo(SCHEMA);
        Features.requireAppendable(table);
    }

    @Test
    void without_deletion_vectors_old_readers_read_it() {
        TableSnapshot table = create(spec(Map.of("delta.enableDeletionVectors", "false")));

        assertThat(table.protocol()).isEqualTo(new Action.Protocol(1, 2, List.of(), List.of()));
    }

    @Test
    void column_mapping_gives_every_column_an_id_and_a_physical_name() {
        TableSnapshot table = create(new TableSpec(
                SCHEMA,
                List.of("DAY"),
                List.of(),
                Map.of("delta.columnmapping.mode", "name", "delta.enableDeletionVectors", "false"),
                Optional.empty()));

        assertThat(table.protocol().minReaderVersion()).isEqualTo(2);
        assertThat(table.columnMappingMode()).isEqualTo(TableSnapshot.ColumnMappingMode.NAME);
        assertThat(table.metadata().configuration()).containsEntry("delta.columnMapping.maxColumnId", "6");
        assertThat(table.metadata().partitionColumns()).containsExactly("day");
        assertThat(table.schema().columns())
                .allSatisfy(column -> assertThat(column.physicalName()).startsWith("col-"));
        assertThat(table.schema().columns().getLast().fieldId()).hasValue(6);
    }

    @Test
    void clustering_names_columns_physically() {
        TableSnapshot table = create(new TableSpec(
                SCHEMA,
                List.of(),
                List.of(List.of("id"), List.of("s", "a")),
                Map.of("delta.columnMapping.mode", "id"),
                Optional.empty()));

        Column id = table.schema().columns().getFirst();
        assertThat(table.domainMetadata().get("delta.clustering")).contains("[\"" + id.physicalName() + "\"]");
        assertThat(table.protocol().writerFeatures()).contains("clustering", "domainMetadata");
    }

    @Test
    void properties_enable_the_features_that_they_need() {
        TableSnapshot table = create(spec(Map.of(
                "delta.enableInCommitTimestamps", "true",
                "delta.enableRowTracking", "true",
                "delta.checkpointPolicy", "v2",
                "delta.enableChangeDataFeed", "true",
                "delta.appendOnly", "true",
                "delta.enableTypeWidening", "true",
                "delta.feature.vacuumProtocolCheck", "supported",
                "acme.owner", "sales")));

        assertThat(table.protocol().readerFeatures())
                .containsExactlyInAnyOrder("deletionVectors", "typeWidening", "v2Checkpoint", "vacuumProtocolCheck");
        assertThat(table.protocol().writerFeatures())
                .contains("inCommitTimestamp", "rowTracking", "domainMetadata", "changeDataFeed", "appendOnly");
        assertThat(table.metadata().configuration())
                .containsEntry("acme.owner", "sales")
                .containsKey("delta.rowTracking.materializedRowIdColumnName")
                .doesNotContainKey("delta.feature.vacuumProtocolCheck");
        Features.requireAppendable(table);
    }

    @Test
    void types_enable_the_features_that_they_need() {
        TableSnapshot table = create(HandMadeTable.spec(
                new Column("t", TypeText.parse("array<timestamp_ntz>")), new Column("v", DataType.Primitive.VARIANT)));

        assertThat(table.protocol().readerFeatures())
                .containsExactlyInAnyOrder("deletionVectors", "timestampNtz", "variantType");
        Features.requireAppendable(table);
    }

    @Test
    void a_variant_within_another_column_cannot_be_written() {
        TableSnapshot table =
                create(HandMadeTable.spec(new Column("v", new DataType.Array(DataType.Primitive.VARIANT, true))));

        assertThat(failure(() -> Features.requireAppendable(table)))
                .isInstanceOfSatisfying(
                        Failure.UnsupportedTableFeature.class,
                        failure -> assertThat(failure.features()).containsExactly("variantType"));
    }

    @Test
    void an_unknown_property_or_value_is_refused_by_name() {
        assertThat(failure(() -> create(spec(Map.of("delta.enableTimeTravel", "true"))))
                        .toString())
                .contains("delta.enableTimeTravel");
        assertThat(failure(() -> create(spec(Map.of("delta.appendOnly", "maybe"))))
                        .toString())
                .contains("delta.appendOnly");
        assertThat(failure(() -> create(spec(Map.of("delta.feature.catalogManaged", "supported")))))
                .isInstanceOf(Failure.UnsupportedTableFeature.class);
    }

    private static Failure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        assertThat(thrown).isInstanceOf(FailureException.class);
        return ((FailureException) thrown).failure();
    }
}
