package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// `mergeSchema=true`: what a batch brings becomes part of the table, in the commit of its rows.
class MergeSchemaTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private static Call merging(Table table) {
        return table.post().query("mergeSchema", true);
    }

    private static String columns(Table table) {
        return String.join(
                ",",
                table.show()
                        .path("columns")
                        .valueStream()
                        .map(column -> column.path("name").asString() + " "
                                + column.path("type").asString())
                        .toList());
    }

    @Test
    void unknown_members_become_columns_in_one_version() {
        Table table = Table.of(sluice, "id long", "s struct<a:long>", "l array<struct<x:long>>");
        table.append("[{\"id\":1,\"s\":{\"a\":1},\"l\":[{\"x\":1}]}]");
        JsonNode answer = merging(table)
                .json(
                        "[{\"ID\":2,\"name\":null,\"s\":{\"b\":\"t\"}},"
                                + "{\"id\":3,\"name\":\"n\",\"price\":1.5,\"ok\":true,\"tags\":[{\"k\":1}],\"l\":[{\"x\":2,\"y\":\"z\"}]}]")
                .send()
                .expect(200)
                .json();
        assertThat(answer.path("version").asInt()).isEqualTo(2);
        assertThat(columns(table))
                .isEqualTo("id long,s struct<a:long,b:string>,l array<struct<x:long,y:string>>,name string,"
                        + "price double,ok boolean,tags array<struct<k:long>>");
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"s\":{\"a\":1,\"b\":null},\"l\":[{\"x\":1,\"y\":null}],\"name\":null,\"price\":null,\"ok\":null,\"tags\":null}",
                        "{\"id\":2,\"s\":{\"a\":null,\"b\":\"t\"},\"l\":null,\"name\":null,\"price\":null,\"ok\":null,\"tags\":null}",
                        "{\"id\":3,\"s\":null,\"l\":[{\"x\":2,\"y\":\"z\"}],\"name\":\"n\",\"price\":1.5,\"ok\":true,\"tags\":[{\"k\":1}]}");
        table.post().json("[{\"other\":1}]").send().expectProblem(422, "bad-rows");
        merging(table).json("[{\"id\":4}]").send().expect(200);
        assertThat(table.version()).isEqualTo(3);
    }

    @Test
    void a_batch_that_is_refused_leaves_the_schema_as_it_was() {
        Table table = Table.of(sluice, "id long not null");
        var files = table.files();
        merging(table).json("[{\"id\":1,\"new\":1},{\"id\":\"x\"}]").send().expectProblem(422, "bad-rows");
        merging(table).json("[{\"id\":1,\"a b\":1}]").send().expectProblem(422, "invalid-schema");
        merging(table).json("[{\"id\":1,").send().expectProblem(400, "malformed-body");
        assertThat(table.files()).isEqualTo(files);
        assertThat(columns(table)).isEqualTo("id long");
    }

    @Test
    void types_become_wider_where_the_table_permits_it() {
        Table table = Table.of(sluice, "i integer", "b byte");
        merging(table).json("[{\"i\":5000000000}]").send().expectProblem(422, "bad-rows");
        Table widening = Table.with(
                sluice,
                ",\"properties\":{\"delta.enableTypeWidening\":\"true\"}",
                "i integer",
                "b byte",
                "m map<string,short>");
        widening.append("[{\"i\":1,\"b\":1,\"m\":{\"k\":1}}]");
        merging(widening).json("[{\"i\":5000000000,\"b\":300}]").send().expect(200);
        assertThat(columns(widening)).isEqualTo("i long,b short,m map<string,short>");
        assertThat(widening.content())
                .containsExactly("{\"i\":1,\"b\":1,\"m\":{\"k\":1}}", "{\"i\":5000000000,\"b\":300,\"m\":null}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/vnd.apache.arrow.stream", "application/vnd.apache.parquet", "text/csv"})
    void every_format_brings_its_columns(String format) {
        Table source = Table.of(sluice, "id long", "t timestamp_ntz", "m decimal(7,2)", "name string");
        source.append("[{\"id\":7,\"t\":\"2026-01-02T03:04:05\",\"m\":\"1.25\",\"name\":\"n\"}]");
        byte[] body = format.equals("text/csv")
                ? "id,t,m,name\n7,2026-01-02T03:04:05,1.25,n\n".getBytes(StandardCharsets.UTF_8)
                : source.rows().accept(format).send().expect(200).body();
        Table table = Table.with(sluice, ",\"properties\":{\"delta.columnMapping.mode\":\"name\"}", "id long");
        merging(table).body(format, body).send().expect(200);
        assertThat(columns(table))
                .isEqualTo(
                        format.equals("text/csv")
                                ? "id long,t string,m string,name string"
                                : "id long,t timestamp_ntz,m decimal(7,2),name string");
        assertThat(table.content().getFirst()).contains("\"name\":\"n\"", "\"m\":\"1.25\"");
    }

    @Test
    void an_overwrite_brings_columns_too_and_a_repeated_request_is_one() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        for (int i = 0; i < 2; i++) {
            merging(table)
                    .query("mode", "overwrite")
                    .header("Idempotency-Key", "k1")
                    .json("[{\"id\":2,\"v\":\"x\"}]")
                    .send()
                    .expect(200);
        }
        assertThat(table.content()).containsExactly("{\"id\":2,\"v\":\"x\"}");
        assertThat(table.version()).isEqualTo(2);
        for (int i = 0; i < 2; i++) {
            merging(table)
                    .header("Idempotency-Key", "k2")
                    .json("[{\"id\":3,\"w\":1}]")
                    .send()
                    .expect(200);
        }
        assertThat(table.content())
                .containsExactly("{\"id\":2,\"v\":\"x\",\"w\":null}", "{\"id\":3,\"v\":null,\"w\":1}");
    }

    @Test
    void the_rows_that_were_skipped_are_told_again() {
        Table table = Table.of(sluice, "id long");
        Call call = merging(table)
                .query("onBadRow", "skip")
                .header("Idempotency-Key", "k3")
                .json("[{\"id\":1,\"v\":1},{\"id\":\"x\",\"v\":2}]");
        JsonNode first = call.send().expect(200).json();
        JsonNode again = call.send().expect(200).json();
        assertThat(again.path("replayed").asBoolean(false)).isTrue();
        assertThat(again.path("rejected")).isEqualTo(first.path("rejected")).hasSize(1);
        assertThat(table.content()).containsExactly("{\"id\":1,\"v\":1}");
    }

    @Test
    void a_large_body_and_an_overwrite_keep_identity_values_apart() {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json(
                        "{\"name\":\"" + table.name()
                                + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\",\"identity\":{}},{\"name\":\"v\",\"type\":\"string\"}]}")
                .send()
                .expect(201);
        var body = new StringBuilder();
        for (int i = 0; i < 40_000; i++) {
            body.append("{\"v\":\"......................................................\",\"n\":1}\n");
        }
        merging(table).ndjson(body.toString()).send().expect(200);
        table.append("[{\"v\":\"a\"}]");
        table.post().query("mode", "overwrite").json("[{\"v\":\"b\"}]").send().expect(200);
        table.append("[{\"v\":\"c\"}]");
        assertThat(table.rows()
                        .query("select", "id")
                        .query("orderBy", "id")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .toString())
                .isEqualTo("[{\"id\":65538},{\"id\":65539}]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"delta.columnMapping.mode\":\"name\",", "\"delta.enableDeletionVectors\":\"false\","})
    void an_upsert_brings_columns_in_the_version_of_its_rows(String property) {
        Table table = Table.with(
                sluice,
                ",\"properties\":{" + property + "\"delta.enableChangeDataFeed\":\"true\"}",
                "id long",
                "v integer");
        table.append("[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2}]");
        String body = "[{\"id\":2,\"name\":\"two\",\"s\":{\"a\":1}},{\"id\":3,\"v\":3}]";
        Call upsert = table.sluice().post(table.path() + "/upsert").query("key", "id");
        upsert.json(body).send().expectProblem(422, "bad-rows");
        for (int i = 0; i < 2; i++) {
            JsonNode answer = table.sluice()
                    .post(table.path() + "/upsert")
                    .query("key", "id")
                    .query("mergeSchema", true)
                    .header("Idempotency-Key", "k")
                    .json(body)
                    .send()
                    .expect(200)
                    .json();
            assertThat(answer.path("version").asLong()).isEqualTo(2);
            assertThat(answer.path("updated").asLong()).isEqualTo(1);
            assertThat(answer.path("replayed").asBoolean()).isEqualTo(i > 0);
        }
        assertThat(columns(table)).isEqualTo("id long,v integer,name string,s struct<a:long>");
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":1,\"name\":null,\"s\":null}",
                        "{\"id\":2,\"v\":2,\"name\":\"two\",\"s\":{\"a\":1}}",
                        "{\"id\":3,\"v\":3,\"name\":null,\"s\":null}");
        assertThat(changes(table, 2))
                .containsExactlyInAnyOrder("update_preimage 2 null", "update_postimage 2 \"two\"", "insert 3 null");
    }

    @Test
    void a_merge_brings_the_columns_that_its_clauses_write() {
        Table table = Table.of(sluice, "id long", "v integer");
        table.append("[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2}]");
        String source =
                "\"source\":{\"rows\":[{\"id\":2,\"name\":\"two\",\"hint\":1},{\"id\":3,\"name\":\"three\",\"hint\":2}]}";
        String on = ",\"on\":\"target.id = source.id\"";
        merge(table)
                .json("{" + source + on
                        + ",\"whenMatched\":[{\"if\":\"source.hint = 1\",\"update\":{\"name\":{\"sql\":\"upper(source.name)\"}}}],"
                        + "\"whenNotMatched\":[{\"insert\":{\"id\":{\"sql\":\"source.id\"}}}]}")
                .send()
                .expect(200);
        assertThat(columns(table)).isEqualTo("id long,v integer,name string");
        assertThat(table.content())
                .containsExactly(
                        "{\"id\":1,\"v\":1,\"name\":null}",
                        "{\"id\":2,\"v\":2,\"name\":\"TWO\"}",
                        "{\"id\":3,\"v\":null,\"name\":null}");
        Table other = Table.of(sluice, "id long", "added timestamp_ntz");
        other.append("[{\"id\":3,\"added\":\"2026-01-02T03:04:05\"}]");
        merge(table)
                .json("{\"source\":{\"table\":\"" + other.name() + "\"}" + on
                        + ",\"whenMatched\":[{\"update\":\"all\"}]}")
                .send()
                .expect(200);
        assertThat(columns(table)).isEqualTo("id long,v integer,name string,added timestamp_ntz");
        assertThat(table.content().getLast()).contains("\"added\":\"2026-01-02T03:04:05.000000\"");
    }

    @Test
    void a_merge_that_touches_no_row_leaves_the_schema_as_it_was() {
        Table table = Table.of(sluice, "id long");
        merge(table)
                .json("{\"source\":{\"rows\":[{\"id\":2,\"name\":\"two\"}]},\"on\":\"target.id = source.id\","
                        + "\"whenMatched\":[{\"update\":\"all\"}]}")
                .send()
                .expect(200);
        assertThat(columns(table)).isEqualTo("id long");
        assertThat(table.version()).isZero();
    }

    @Test
    void the_change_feed_of_a_replacement_has_the_new_columns() {
        Table table =
                Table.with(sluice, ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}", "id long", "v integer");
        table.append("[{\"id\":1,\"v\":1},{\"id\":2,\"v\":2}]");
        merging(table)
                .query("mode", "overwrite")
                .query("replaceWhere", "id = 2")
                .json("[{\"id\":2,\"v\":3,\"name\":\"new\"}]")
                .send()
                .expect(200);
        assertThat(changes(table, 2)).containsExactlyInAnyOrder("delete 2 null", "insert 2 \"new\"");
    }

    private static Call merge(Table table) {
        return table.sluice().post(table.path() + "/merge").query("mergeSchema", true);
    }

    /// Kind, `id` and `name` of each change of a version.
    private static List<String> changes(Table table, long version) {
        return table.get("/changes")
                .query("fromVersion", version)
                .send()
                .expect(200)
                .json()
                .path("rows")
                .valueStream()
                .map(row -> row.path("_change_type").asString() + " " + row.path("id") + " " + row.path("name"))
                .toList();
    }
}
