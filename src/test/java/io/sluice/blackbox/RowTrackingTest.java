package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Rows keep their row ids when they change or move to another file (Delta protocol, "Row Tracking"), read from log
/// and files without the service.
class RowTrackingTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @CsvSource({"none,true", "none,false", "name,true", "name,false", "id,true", "id,false"})
    void rows_keep_their_ids_through_changes(String mapping, boolean vectors) throws IOException, SQLException {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"delta.enableRowTracking\":\"true\",\"delta.columnMapping.mode\":\"" + mapping
                        + "\",\"delta.enableDeletionVectors\":\"" + vectors + "\"}",
                "id long",
                "v integer");
        table.append(
                "[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2},{\"id\":3,\"v\":3},{\"id\":4,\"v\":4},{\"id\":5,\"v\":5}]");
        Map<Long, Set<Long>> before = rowIds(table);
        assertThat(before.values()).allMatch(ids -> ids.size() == 1);

        change(table.sluice().call("PATCH", table.path() + "/rows").json("{\"where\":\"id = 3\",\"set\":{\"v\":30}}"));
        change(table.sluice()
                .post(table.path() + "/upsert")
                .query("key", "id")
                .json("[{\"id\":3,\"v\":31},{\"id\":4,\"v\":40},{\"id\":6,\"v\":6}]"));
        change(table.sluice().delete(table.path() + "/rows").query("where", "id = 1"));
        change(table.sluice()
                .post(table.path() + "/merge")
                .json("{\"source\":{\"rows\":[{\"id\":5,\"v\":50}]},\"on\":\"target.id = source.id\","
                        + "\"whenMatched\":[{\"update\":\"all\"}]}"));
        change(table.sluice()
                .post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .json("{}"));

        Map<Long, Set<Long>> after = rowIds(table);
        assertThat(after.keySet()).containsExactlyInAnyOrder(2L, 3L, 4L, 5L, 6L);
        for (long id : new long[] {2, 3, 4, 5}) {
            assertThat(after.get(id)).as("row %d", id).isEqualTo(before.get(id));
        }
        assertThat(new HashSet<>(after.values())).hasSize(5);
    }

    private static void change(Call call) {
        call.send().expect(200);
    }

    /// The row ids of the rows of all live files by their `id`.
    private static Map<Long, Set<Long>> rowIds(Table table) throws IOException, SQLException {
        Path directory = table.directory();
        Map<String, Long> live = new HashMap<>();
        String id = "id";
        String materialized = "";
        for (var commit : ForeignReader.commits(directory)) {
            for (JsonNode action : commit) {
                live.remove(action.path("remove").path("path").asString(""));
                if (action.has("metaData")) {
                    JsonNode metadata = action.path("metaData");
                    materialized = metadata.path("configuration")
                            .path("delta.rowTracking.materializedRowIdColumnName")
                            .asString();
                    JsonNode first = Answer.JSON
                            .readTree(metadata.path("schemaString").asString())
                            .path("fields")
                            .get(0);
                    id = first.path("metadata")
                            .path("delta.columnMapping.physicalName")
                            .asString("id");
                }
            }
            for (JsonNode action : commit) {
                if (action.has("add")) {
                    live.put(
                            action.path("add").path("path").asString(),
                            action.path("add").path("baseRowId").asLong());
                }
            }
        }
        Map<Long, Set<Long>> ids = new HashMap<>();
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
            for (var file : live.entrySet()) {
                read(connection, directory.resolve(file.getKey()), id, materialized, file.getValue(), ids);
            }
        }
        return ids;
    }

    private static void read(
            Connection connection, Path file, String id, String materialized, long base, Map<Long, Set<Long>> ids)
            throws SQLException {
        try (var statement = connection.createStatement()) {
            boolean has;
            try (var columns = statement.executeQuery(
                    "SELECT count(*) FROM parquet_schema('" + file + "') WHERE name = '" + materialized + "'")) {
                columns.next();
                has = columns.getInt(1) > 0;
            }
            String own = has ? "\"" + materialized + "\"" : "NULL";
            try (var rows = statement.executeQuery("SELECT \"" + id + "\", coalesce(" + own + ", " + base
                    + " + file_row_number) FROM read_parquet('" + file + "', file_row_number = true)")) {
                while (rows.next()) {
                    ids.computeIfAbsent(rows.getLong(1), _ -> new HashSet<>()).add(rows.getLong(2));
                }
            }
        }
    }
}
