package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Variants: any JSON value in, the same value out; members come in the order of their names, as variants keep them.
class VariantTest {

    private static final String VALUE =
            "{\"a\":[1,2.5,null,\"x \\\"y\\\" \\n é\"],\"b\":{\"\":{},\"c\":true},\"n\":-9223372036854775808}";

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @CsvSource({"none,true", "none,false", "name,true", "id,false"})
    void any_json_value_goes_in_and_comes_out_and_changes(String mapping, boolean vectors) {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"delta.columnMapping.mode\":\"" + mapping + "\",\"delta.enableDeletionVectors\":\""
                        + vectors + "\",\"delta.enableChangeDataFeed\":\"true\"}",
                "id long",
                "v variant");
        table.append("[{\"id\":1,\"v\":" + VALUE
                + "},{\"id\":2,\"v\":\"text\"},{\"id\":3,\"v\":7},{\"id\":4,\"v\":null},{\"id\":5}]");
        table.post()
                .ndjson("{\"id\":6,\"v\":[]}\n{\"id\":7,\"v\":false}\n")
                .send()
                .expect(200);

        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":" + VALUE + "}",
                        "{\"id\":2,\"v\":\"text\"}",
                        "{\"id\":3,\"v\":7}",
                        "{\"id\":4,\"v\":null}",
                        "{\"id\":5,\"v\":null}",
                        "{\"id\":6,\"v\":[]}",
                        "{\"id\":7,\"v\":false}");

        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"id = 2\",\"set\":{\"v\":{\"new\":[1]}}}")
                .send()
                .expect(200);
        sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .json("[{\"id\":3,\"v\":{\"up\":1}},{\"id\":8,\"v\":{\"in\":\"s\"}},{\"id\":4}]")
                .send()
                .expect(200);
        sluice.post(table.path() + "/merge")
                .json("{\"source\":{\"rows\":[{\"id\":7,\"v\":{\"m\":null}}]},\"on\":\"target.id = source.id\","
                        + "\"whenMatched\":[{\"update\":\"all\"}]}")
                .send()
                .expect(200);
        sluice.delete(table.path() + "/rows").query("where", "id = 6").send().expect(200);

        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":" + VALUE + "}",
                        "{\"id\":2,\"v\":{\"new\":[1]}}",
                        "{\"id\":3,\"v\":{\"up\":1}}",
                        "{\"id\":4,\"v\":null}",
                        "{\"id\":5,\"v\":null}",
                        "{\"id\":7,\"v\":{\"m\":null}}",
                        "{\"id\":8,\"v\":{\"in\":\"s\"}}");
    }

    @Test
    void files_hold_variants_whole_as_the_table_feature_says() throws Exception {
        Table table = Table.of(sluice, "id long", "v variant");
        table.append("[{\"id\":1,\"v\":" + VALUE + "},{\"id\":2,\"v\":{\"a\":1}}]");

        Path file;
        try (var files = Files.list(table.directory())) {
            file = files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var names = statement.executeQuery(
                        "SELECT list(name) FROM (SELECT name FROM parquet_schema('" + file + "'))")) {
            names.next();
            assertThat(List.of((Object[]) names.getArray(1).getArray()))
                    .contains("v", "metadata", "value")
                    .doesNotContain("typed_value");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1e400",
                "12345678901234567890",
                "0.12345678901234567890",
                "{\"a\":[1e-400]}",
                "{\"a\":1,\"a\":2}"
            })
    void what_a_variant_would_round_or_drop_is_a_bad_row(String value) {
        Table table = Table.of(sluice, "id long", "v variant");
        var files = table.files();
        table.post().json("[{\"id\":1,\"v\":" + value + "}]").send().expectProblem(422, "bad-rows");
        assertThat(table.files()).isEqualTo(files);
    }

    @Test
    void variants_within_other_columns_are_refused_by_name() {
        Table table = Table.of(sluice, "id long", "s struct<v:variant>");
        assertThat(table.post()
                        .json("[{\"id\":1,\"s\":{\"v\":1}}]")
                        .send()
                        .expectProblem(422, "unsupported-table-feature")
                        .path("features")
                        .toString())
                .contains("variantType");
    }
}
