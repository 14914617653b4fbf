package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.storage.Location;
import io.sluice.table.AsOf;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The log of every table of the pack says what the reference says")
class PackLogTest {

    /// Later than every commit of the pack.
    private static final Clock LATER = Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path root;

    private final Map<String, Location> copies = new HashMap<>();

    @TestFactory
    Stream<DynamicTest> reads_and_errors() {
        assumeTrue(PackTables.isThere(), "the conformance pack is not there");
        Snapshots snapshots = new Snapshots(PackTables.storages(root), LATER);
        return PackTables.records("cases").stream()
                .filter(each -> each.get("read") != null && each.get("filter") == null)
                .filter(each -> !Boolean.TRUE.equals(each.get("disputed")))
                .map(each -> DynamicTest.dynamicTest((String) each.get("id"), () -> check(snapshots, each)));
    }

    private void check(Snapshots snapshots, Map<String, Object> record) {
        Location table = copies.computeIfAbsent((String) record.get("table"), name -> PackTables.copy(name, root));
        Map<?, ?> expected = (Map<?, ?>) record.get("expect");
        AsOf asOf = asOf((Map<?, ?>) record.get("read"));
        if (expected.get("error") instanceof String error) {
            Throwable thrown = catchThrowable(() -> snapshots.at(table, asOf));
            checkError(error, asOf, thrown);
            return;
        }
        TableSnapshot snapshot = snapshots.at(table, asOf);
        assertThat(snapshot.version()).isEqualTo(expected.get("version"));
        assertThat(snapshot.schema().columns().stream()
                        .map(PackLogTest::described)
                        .toList())
                .isEqualTo(expected.get("schema"));
        SnapshotTotals totals = SnapshotTotals.of(snapshot);
        totals.rows().ifPresent(rows -> assertThat(rows).isEqualTo(expected.get("rows")));
    }

    private static void checkError(String error, AsOf asOf, Throwable thrown) {
        switch (error) {
            case "not-a-table" -> assertThat(thrown).isInstanceOf(TableMissingException.class);
            case "corrupt-log" -> assertThat(failure(thrown)).isInstanceOf(Failure.TableCorrupt.class);
            case "unsupported-feature" ->
                assertThat(failure(thrown)).isInstanceOf(Failure.UnsupportedTableFeature.class);
            case "version-not-found" -> {
                if (asOf instanceof AsOf.Moment && thrown == null) {
                    return; // after the last commit that is the latest version
                }
                assertThat(failure(thrown)).isInstanceOf(Failure.VersionNotFound.class);
            }
            default -> assertThat(thrown).isNull();
        }
    }

    private static Failure failure(Throwable thrown) {
        assertThat(thrown).isInstanceOf(FailureException.class);
        return ((FailureException) thrown).failure();
    }

    private static AsOf asOf(Map<?, ?> read) {
        if (read.get("version") instanceof Long version) {
            return new AsOf.Version(version);
        }
        return read.get("timestamp") instanceof String time ? new AsOf.Moment(Instant.parse(time)) : AsOf.latest();
    }

    private static Map<String, Object> described(Column column) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", column.name());
        described.put("type", described(column.type()));
        return described;
    }

    private static Object described(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive.deltaName();
            case DataType.Decimal decimal -> "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
            case DataType.Array array -> Map.of("type", "array", "elementType", described(array.element()));
            case DataType.Map map ->
                Map.of("type", "map", "keyType", described(map.key()), "valueType", described(map.value()));
            case DataType.Struct struct -> {
                List<Object> fields = new ArrayList<>();
                struct.fields().forEach(field -> fields.add(described(field)));
                yield Map.of("type", "struct", "fields", fields);
            }
        };
    }
}
