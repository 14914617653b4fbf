package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Files that have no field of a struct of the table, because those that they have were dropped: the struct is there
/// with
/// nulls in it where it is one in the file, and null where it is null there, as Spark reads it.
class StructsOfOtherFieldsTest {

    private static final String FEED = ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\","
            + "\"delta.columnMapping.mode\":\"%s\",\"delta.enableDeletionVectors\":\"%s\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    private JsonNode alter(Table table, String changes) {
        return sluice.call("PATCH", table.path())
                .json(("{'changes':[" + changes + "]}").replace('\'', '"'))
                .send()
                .expect(200)
                .json();
    }

    private static String drop(String name) {
        return "{'op':'drop-column','name':'" + name + "'}";
    }

    private static String add(String name) {
        return "{'op':'add-column','column':{'name':'" + name + "','type':'long'}}";
    }

    /// One old file, in which every struct has the fields x and y, and one row in a new file, where it has q.
    private Table changed(String mapping, boolean vectors) {
        String struct = "struct<x:long,y:string>";
        Table table = Table.with(
                sluice,
                FEED.formatted(mapping, vectors),
                "id long",
                "s " + struct,
                "a array<" + struct + ">",
                "m map<string," + struct + ">",
                "n struct<s:" + struct + ",z:long>");
        table.append("""
                [{"id":1,"s":{"x":1,"y":"a"},"a":[{"x":1},null],"m":{"k":{"y":"b"},"l":null},"n":{"s":{"x":1},"z":1}},
                 {"id":2,"s":null,"a":null,"m":null,"n":{"s":null,"z":2}},
                 {"id":3,"s":{},"a":[],"m":{},"n":null}]""");
        alter(
                table,
                add("s.q") + "," + drop("s.x") + "," + drop("s.y") + "," + add("a.element.q") + ","
                        + drop("a.element.x") + "," + drop("a.element.y") + "," + add("m.value.q") + ","
                        + drop("m.value.x") + "," + drop("m.value.y") + "," + add("n.s.q") + "," + drop("n.s.x") + ","
                        + drop("n.s.y"));
        table.append(
                "[{\"id\":4,\"s\":{\"q\":7},\"a\":[{\"q\":7}],\"m\":{\"k\":{\"q\":7}},\"n\":{\"s\":{\"q\":7},\"z\":4}}]");
        return table;
    }

    private static final String OLD = """
            {"id":1,"s":{"q":null},"a":[{"q":null},null],"m":{"k":{"q":null},"l":null},"n":{"s":{"q":null},"z":1}}
            {"id":2,"s":null,"a":null,"m":null,"n":{"s":null,"z":2}}
            {"id":3,"s":{"q":null},"a":[],"m":{},"n":null}
            """;
    private static final String NEW =
            "{\"id\":4,\"s\":{\"q\":7},\"a\":[{\"q\":7}],\"m\":{\"k\":{\"q\":7}},\"n\":{\"s\":{\"q\":7},\"z\":4}}";

    private static String content(Table table) {
        return String.join("\n", table.content());
    }

    @ParameterizedTest
    @CsvSource({"name,true", "name,false", "id,true"})
    void they_are_read_filtered_changed_rewritten_and_told_as_structs_of_nulls(String mapping, boolean vectors) {
        Table table = changed(mapping, vectors);
        assertThat(content(table)).isEqualTo(OLD + NEW);
        assertThat(ids(table, "s IS NULL")).isEqualTo("2");
        assertThat(ids(table, "s IS NOT NULL AND s.q IS NULL")).isEqualTo("1 3");
        assertThat(ids(table, "n.s.q = 7")).isEqualTo("4");
        assertThat(ids(table, "n.s IS NULL")).isEqualTo("2 3");
        JsonNode page = table.rows()
                .query("select", "id,s.q,n.s")
                .query("limit", 2)
                .send()
                .expect(200)
                .json();
        assertThat(page.path("rows").size()).isEqualTo(2);
        assertThat(table.rows()
                        .query("limit", 2)
                        .query("select", "id,s.q,n.s")
                        .query("pageToken", page.path("nextPageToken").asString())
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(2);
        for (String format :
                new String[] {"text/csv", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"}) {
            table.rows().accept(format).send().expect(200);
        }

        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"id = 1\",\"set\":{\"id\":10}}")
                .send()
                .expect(200);
        JsonNode told = table.get("/changes")
                .query("fromVersion", table.version())
                .query("select", "id,s,m")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(told.valueStream().map(JsonNode::toString))
                .containsExactlyInAnyOrder(
                        "{\"id\":1,\"s\":{\"q\":null},\"m\":{\"k\":{\"q\":null},\"l\":null}}",
                        "{\"id\":10,\"s\":{\"q\":null},\"m\":{\"k\":{\"q\":null},\"l\":null}}");
        sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .json("[{\"id\":3,\"s\":{\"q\":3}},{\"id\":5}]")
                .send()
                .expect(200);
        sluice.delete(table.path() + "/rows").query("where", "id = 5").send().expect(200);
        String changed = OLD.replace("{\"id\":1,", "{\"id\":10,")
                .replace("\"id\":3,\"s\":{\"q\":null}", "\"id\":3,\"s\":{\"q\":3}");
        String expected =
                (changed + NEW).lines().sorted().reduce((a, b) -> a + "\n" + b).orElseThrow();
        assertThat(content(table)).isEqualTo(expected);

        JsonNode ended = sluice.post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .json("{}")
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        assertThat(table.show().path("statistics").path("files").asInt()).isEqualTo(1);
        assertThat(content(table)).isEqualTo(expected);
    }

    private static String ids(Table table, String where) {
        return table
                .rows()
                .query("where", where)
                .query("select", "id")
                .query("orderBy", "id")
                .accept("application/x-ndjson")
                .send()
                .expect(200)
                .lines()
                .stream()
                .map(row -> row.path("id").asString(""))
                .reduce((a, b) -> a + " " + b)
                .orElse("");
    }

    /// A writer of the table's own log without column mapping; the old field is of a type that no column has.
    @ParameterizedTest
    @ValueSource(strings = {"{'x': TIME '01:02:03'}", "{'x': {'y': [1]}}", "{'x': '\\xAA'::BLOB}"})
    void whatever_the_fields_of_the_file_hold(String struct) throws Exception {
        Table table = Table.of(sluice, "s struct<q:long>");
        table.append("[{\"s\":{\"q\":1}}]");
        Path file;
        try (var files = Files.list(table.directory())) {
            file = files.filter(path -> path.toString().endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT s FROM (VALUES (1, " + struct + "), (2, NULL)) AS t(i, s) ORDER BY i) TO '"
                    + file.resolveSibling("foreign.parquet") + "' (FORMAT parquet)");
        }
        Path log = table.directory().resolve("_delta_log");
        Files.writeString(
                log.resolve("00000000000000000002.json"),
                "{\"add\":{\"path\":\"foreign.parquet\",\"partitionValues\":{},\"size\":"
                        + Files.size(file.resolveSibling("foreign.parquet"))
                        + ",\"modificationTime\":0,\"dataChange\":true}}\n");
        assertThat(table.content()).containsExactly("{\"s\":null}", "{\"s\":{\"q\":1}}", "{\"s\":{\"q\":null}}");
    }

    @Test
    void a_merge_may_take_such_a_table_as_its_source() {
        Table source = changed("name", true);
        Table target = Table.of(sluice, "id long", "s struct<q:long>");
        target.append("[{\"id\":1,\"s\":{\"q\":5}},{\"id\":4,\"s\":null}]");
        sluice.post(target.path() + "/merge")
                .json(("{'source':{'table':'" + source.name() + "'},'on':'target.id = source.id',"
                                + "'whenMatched':[{'update':{'s':{'sql':'source.s'}}}],"
                                + "'whenNotMatched':[{'insert':{'id':{'sql':'source.id'},'s':{'sql':'source.s'}}}]}")
                        .replace('\'', '"'))
                .send()
                .expect(200);
        assertThat(target.content())
                .containsExactly(
                        "{\"id\":1,\"s\":{\"q\":null}}",
                        "{\"id\":2,\"s\":null}",
                        "{\"id\":3,\"s\":{\"q\":null}}",
                        "{\"id\":4,\"s\":{\"q\":7}}");
    }
}
