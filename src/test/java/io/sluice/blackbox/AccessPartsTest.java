package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Grants for some columns and rows of a table, in everything that reads and changes rows.
class AccessPartsTest {

    private static final String SECRET = "salary";
    private static final String PART = "columns: [id, region, name, gone], where: \"region = 'eu'\"";

    private static RunningSluice sluice;
    private static Keys keys;
    private static int next;

    private String table;

    @BeforeAll
    static void start(@TempDir Path directory) {
        keys = new Keys()
                .key("admin", "tables: ['*'], actions: [admin]")
                .key("part", "tables: [hr.*], actions: [read, append, change], " + PART)
                .key(
                        "columns",
                        "tables: [hr.*], actions: [read, append, change], columns: [id, region, name]",
                        "tables: [plain.*], actions: [admin]")
                .key(
                        "rows",
                        "tables: [hr.*], actions: [read], where: \"region = 'eu'\"",
                        "tables: [plain.*], actions: [admin]")
                .key("blind", "tables: [hr.*], actions: [change, alter]")
                .key("misfit", "tables: [hr.*], actions: [read, append, change], where: \"nowhere = 1\"")
                .key(
                        "two",
                        "tables: [hr.*], actions: [read], where: \"region = 'eu'\"",
                        "tables: [hr.*], actions: [read], where: \"id = 3\"");
        sluice = RunningSluice.start(directory.resolve("tables"), keys.settings(directory.resolve("access.yaml")));
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    @BeforeEach
    void make() {
        table = make("");
    }

    private static String make(String members) {
        String name = "hr.people" + next++;
        as("admin", "POST", "/v1/tables")
                .json("""
                        {"name": "%s", "columns": [{"name": "id", "type": "long"}, {"name": "region", "type": "string"},
                          {"name": "name", "type": "string"}, {"name": "salary", "type": "long"},
                          {"name": "gone", "type": "timestamp"},
                          {"name": "double_pay", "type": "long", "generatedAs": "salary * 2"}],
                         "constraints": {"paid": "salary IS NULL OR salary > 0", "named": "name <> ''"},
                         "properties": {"delta.enableChangeDataFeed": "true", "sluice.softDeleteColumn": "gone"}%s}
                        """.formatted(name, members))
                .send()
                .expect(201);
        as("admin", "POST", "/v1/tables/" + name + "/rows").json("""
                        [{"id": 1, "region": "eu", "name": "ann", "salary": 10},
                         {"id": 2, "region": "eu", "name": "bob", "salary": 20},
                         {"id": 3, "region": "us", "name": "cyd", "salary": 30}]
                        """).send().expect(200);
        return name;
    }

    private static Call as(String caller, String method, String path) {
        return sluice.call(method, path).header("Authorization", keys.bearer(caller));
    }

    private Call part(String method, String what) {
        return as("part", method, "/v1/tables/" + table + what);
    }

    private List<String> content() {
        return as("admin", "GET", "/v1/tables/" + table + "/rows")
                .query("select", "id,region,name,salary")
                .query("orderBy", "id,region")
                .accept("text/csv")
                .send()
                .expect(200)
                .text()
                .lines()
                .skip(1)
                .toList();
    }

    @Test
    void a_violated_constraint_shows_no_rows_to_who_may_not_read_them() {
        String update = "{\"where\":\"true\",\"set\":{\"salary\":-5}}";
        assertThat(as("blind", "PATCH", "/v1/tables/" + table + "/rows")
                        .json(update)
                        .send()
                        .expectProblem(422, "constraint-violated")
                        .toString())
                .doesNotContain("ann", "cyd");
        assertThat(as("blind", "PATCH", "/v1/tables/" + table)
                        .json("{\"changes\":[{\"op\":\"add-constraint\",\"name\":\"q\",\"expression\":\"id > 100\"}]}")
                        .send()
                        .expectProblem(422, "constraint-violated")
                        .toString())
                .doesNotContain("ann", "cyd");
        assertThat(as("admin", "PATCH", "/v1/tables/" + table + "/rows")
                        .json(update)
                        .send()
                        .expectProblem(422, "constraint-violated")
                        .toString())
                .contains("ann", "cyd");
    }

    @Test
    void rows_and_columns_beyond_a_grant_are_not_read() {
        JsonNode page = part("GET", "/rows")
                .query("select", "id,name")
                .send()
                .expect(200)
                .json();
        assertThat(page.path("rows").toString()).isEqualTo("[{\"id\":1,\"name\":\"ann\"},{\"id\":2,\"name\":\"bob\"}]");
        JsonNode all = part("GET", "/rows").send().expect(200).json();
        assertThat(all.path("columns")
                        .valueStream()
                        .map(column -> column.path("name").asString()))
                .containsExactly("id", "region", "name", "gone");
        assertThat(part("GET", "/rows").accept("text/csv").send().expect(200).text())
                .startsWith("id,region,name,gone")
                .doesNotContain("cyd", "30");
        assertThat(part("GET", "/rows")
                        .query("limit", 1)
                        .query("where", "id > 1")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"select, bad-parameter", "orderBy, bad-parameter", "where, bad-filter"})
    void a_hidden_column_is_one_that_is_not_there(String parameter, String slug) {
        String hidden = parameter.equals("where") ? SECRET + " > 0" : SECRET;
        String missing = hidden.replace(SECRET, "absent");
        String told = part("GET", "/rows")
                .query(parameter, hidden)
                .send()
                .expectProblem(400, slug)
                .path("detail")
                .asString();
        String other = part("GET", "/rows")
                .query(parameter, missing)
                .send()
                .expectProblem(400, slug)
                .path("detail")
                .asString();

        assertThat(told.replace(SECRET, "absent")).isEqualTo(other);
    }

    @Test
    void pages_hold_what_the_grant_reaches_to() {
        JsonNode first =
                part("GET", "/rows").query("limit", 1).send().expect(200).json();
        JsonNode second = part("GET", "/rows")
                .query("limit", 1)
                .query("pageToken", first.path("nextPageToken").asString())
                .send()
                .expect(200)
                .json();

        assertThat(second.path("rows").path(0).path("id").asLong()).isEqualTo(2);
        assertThat(second.has("nextPageToken")).isFalse();
    }

    @Test
    void counts_are_of_the_rows_within() {
        assertThat(count("part", "")).isEqualTo(2);
        assertThat(count("part", "name = 'cyd'")).isZero();
        assertThat(count("part", "name <> 'ann'")).isEqualTo(1);
        assertThat(count("two", "")).isEqualTo(3);
        part("GET", "/count").query("where", SECRET + " = 30").send().expectProblem(400, "bad-filter");
    }

    private long count(String caller, String where) {
        return as(caller, "GET", "/v1/tables/" + table + "/count")
                .query("where", where)
                .send()
                .expect(200)
                .json()
                .path("count")
                .asLong();
    }

    @Test
    void partitions_beyond_a_grant_have_no_rows() {
        table = make(",\"partitionBy\":[\"region\"]");

        assertThat(part("GET", "/rows")
                        .query("partition", "region=us")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isZero();
        assertThat(part("GET", "/rows")
                        .query("partition", "region=eu")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(2);
        assertThat(count("part", "")).isEqualTo(2);
        table = make(",\"partitionBy\":[\"salary\"]");
        part("GET", "/rows").query("partition", "salary=10").send().expectProblem(400, "bad-parameter");
        JsonNode page =
                part("GET", "/rows").query("limit", 1).send().expect(200).json();
        assertThat(new String(
                        java.util.Base64.getUrlDecoder()
                                .decode(page.path("nextPageToken").asString()),
                        java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(SECRET);
    }

    @Test
    void the_definition_is_shown_without_what_is_hidden() {
        Answer answer = part("GET", "").send().expect(200);

        assertThat(answer.json()
                        .path("columns")
                        .valueStream()
                        .map(column -> column.path("name").asString()))
                .containsExactly("id", "region", "name", "gone");
        assertThat(answer.text()).doesNotContain(SECRET, "double_pay");
        assertThat(answer.json().path("constraints").path("named").asString()).isEqualTo("name <> ''");
        assertThat(answer.json().path("statistics").path("rows").isNull()).isTrue();
        assertThat(as("columns", "GET", "/v1/tables/" + table)
                        .send()
                        .expect(200)
                        .json()
                        .path("statistics")
                        .path("rows")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void history_is_told_in_outline() {
        as("admin", "DELETE", "/v1/tables/" + table + "/rows")
                .query("where", "salary = 30")
                .send()
                .expect(200);

        Answer history = part("GET", "/history").send().expect(200);

        assertThat(history.json().path("commits").path(0).path("operation").asString())
                .isEqualTo("DELETE");
        assertThat(history.json()
                        .path("commits")
                        .path(0)
                        .path("operationParameters")
                        .isEmpty())
                .isTrue();
        assertThat(history.text()).doesNotContain(SECRET, "numDeletedRows");
        JsonNode commit = part("GET", "/history/1").send().expect(200).json();
        assertThat(commit.path("addedFiles").isEmpty()).isTrue();
        assertThat(commit.path("rowsAdded").isNull()).isTrue();
        part("GET", "/metrics").send().expectProblem(403, "forbidden");
    }

    @Test
    void changes_are_those_of_rows_within() {
        as("admin", "PATCH", "/v1/tables/" + table + "/rows")
                .json("{\"where\":\"true\",\"set\":{\"salary\":7}}")
                .send()
                .expect(200);

        List<JsonNode> lines = part("GET", "/changes")
                .query("fromVersion", 1)
                .accept("application/x-ndjson")
                .send()
                .expect(200)
                .lines();

        assertThat(lines).hasSize(6).allSatisfy(line -> {
            assertThat(line.path("region").asString()).isEqualTo("eu");
            assertThat(line.propertyNames())
                    .containsExactlyInAnyOrder(
                            "id", "region", "name", "gone", "_change_type", "_commit_version", "_commit_timestamp");
        });
        part("GET", "/changes").query("where", "salary = 7").send().expectProblem(400, "bad-filter");
        part("GET", "/changes").query("select", SECRET).send().expectProblem(400, "bad-parameter");
        assertThat(part("GET", "/changes")
                        .query("where", "_change_type = 'insert' AND id = 3")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .isEmpty())
                .isTrue();
    }

    @Test
    void appended_rows_are_within_the_grant() {
        part("POST", "/rows")
                .json("[{\"id\":4,\"region\":\"eu\",\"name\":\"dan\"}]")
                .send()
                .expect(200);
        JsonNode outside = part("POST", "/rows")
                .json("[{\"id\":5,\"region\":\"us\",\"name\":\"eve\"},{\"id\":6,\"name\":\"fay\"}]")
                .send()
                .expectProblem(422, "bad-rows");
        assertThat(outside.path("badRowCount").asLong()).isEqualTo(2);
        assertThat(outside.toString()).doesNotContain("region = 'eu'");
        JsonNode named = part("POST", "/rows")
                .json("[{\"id\":5,\"region\":\"eu\",\"salary\":1}]")
                .send()
                .expectProblem(422, "bad-rows");
        assertThat(named.path("badRows").path(0).path("reason").asString()).isEqualTo("is not a column of the table");
        JsonNode header = part("POST", "/rows")
                .body("text/csv", "id,region,salary\n5,eu,1\n".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .send()
                .expectProblem(422, "schema-mismatch");
        assertThat(header.path("expected").toString()).contains("region").doesNotContain(SECRET, "double_pay");
        assertThat(content()).containsExactly("1,eu,ann,10", "2,eu,bob,20", "3,us,cyd,30", "4,eu,dan,");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"id\":5,\"region\":\"us\",\"name\":\"x\"}]",
                "[{\"id\":5,\"region\":\"eu\",\"name\":\"x\",\"salary\":1}]"
            })
    void rows_of_a_transaction_are_within_the_grant(String rows) {
        String id = part("POST", "/transactions")
                .send()
                .expect(201)
                .json()
                .path("id")
                .asString();

        part("POST", "/transactions/" + id + "/rows").json(rows).send().expectProblem(422, "bad-rows");
        part("DELETE", "/transactions/" + id).send().expect(204);
    }

    @Test
    void only_rows_within_are_deleted() {
        part("DELETE", "/rows").query("where", "salary > 0").send().expectProblem(400, "bad-filter");
        JsonNode deleted = part("DELETE", "/rows")
                .query("where", "id >= 2")
                .send()
                .expect(200)
                .json();

        assertThat(deleted.path("deleted").asLong()).isEqualTo(1);
        assertThat(content()).containsExactly("1,eu,ann,10", "3,us,cyd,30");
        part("DELETE", "/rows")
                .query("where", "true")
                .query("soft", true)
                .send()
                .expect(200);
        assertThat(content()).containsExactly("3,us,cyd,30");
    }

    @Test
    void only_rows_within_are_updated_and_they_stay_within() {
        JsonNode updated = part("PATCH", "/rows")
                .json("{\"where\":\"true\",\"set\":{\"name\":\"x\"}}")
                .send()
                .expect(200)
                .json();
        assertThat(updated.path("updated").asLong()).isEqualTo(2);
        assertThat(updated.path("metrics").isEmpty()).isTrue();
        part("PATCH", "/rows")
                .json("{\"where\":\"true\",\"set\":{\"salary\":1}}")
                .send()
                .expectProblem(400, "bad-sql");
        part("PATCH", "/rows")
                .json("{\"where\":\"true\",\"set\":{\"name\":{\"sql\":\"CAST(salary AS STRING)\"}}}")
                .send()
                .expectProblem(400, "bad-sql");
        JsonNode moved = part("PATCH", "/rows")
                .json("{\"where\":\"id = 1\",\"set\":{\"region\":\"us\"}}")
                .send()
                .expectProblem(422, "constraint-violated");
        assertThat(moved.path("rows").path(0).path("id").asLong()).isEqualTo(1);
        assertThat(moved.toString()).doesNotContain(SECRET, "double_pay", "region = 'eu'");
        assertThat(content()).containsExactly("1,eu,x,10", "2,eu,x,20", "3,us,cyd,30");
    }

    @Test
    void an_upsert_is_done_where_its_key_decides_which_rows_are_within() {
        String rows = "[{\"id\":1,\"region\":\"eu\",\"name\":\"a\"},{\"id\":3,\"region\":\"eu\",\"name\":\"c\"}]";
        part("POST", "/upsert").query("key", "id").json(rows).send().expectProblem(403, "forbidden");
        part("POST", "/upsert").query("key", "salary").json(rows).send().expectProblem(400, "bad-parameter");
        part("POST", "/upsert")
                .query("key", "id,region")
                .json(rows.replace("eu", "us"))
                .send()
                .expectProblem(422, "bad-rows");
        part("POST", "/upsert")
                .query("key", "id,region")
                .json("[{\"id\":1,\"region\":\"eu\",\"salary\":1}]")
                .send()
                .expectProblem(422, "bad-rows");
        JsonNode done = part("POST", "/upsert")
                .query("key", "id,region")
                .json(rows)
                .send()
                .expect(200)
                .json();

        assertThat(done.path("inserted").asLong()).isEqualTo(1);
        assertThat(content()).containsExactly("1,eu,a,10", "2,eu,bob,20", "3,eu,c,", "3,us,cyd,30");
        as("columns", "POST", "/v1/tables/" + table + "/upsert")
                .query("key", "id")
                .json("[{\"id\":2,\"name\":\"b\"}]")
                .send()
                .expect(200);
        assertThat(content()).contains("2,eu,b,20");
    }

    @Test
    void what_cannot_be_kept_to_a_part_is_refused() {
        part("POST", "/merge")
                .json(
                        "{\"source\":{\"rows\":[{\"id\":1}]},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"delete\":true}]}")
                .send()
                .expectProblem(403, "forbidden");
        part("POST", "/rows")
                .query("mode", "overwrite")
                .json("[{\"id\":1,\"region\":\"eu\"}]")
                .send()
                .expectProblem(403, "forbidden");
        assertThat(content()).hasSize(3);
    }

    @Test
    void a_merge_reads_the_columns_of_its_source_that_its_caller_may_read() {
        as("columns", "POST", "/v1/tables")
                .json("{\"name\":\"plain." + table.substring(3)
                        + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"pay\",\"type\":\"long\"}]}")
                .send()
                .expect(201);
        String merge = "{\"source\":{\"table\":\"" + table
                + "\"},\"on\":\"target.id = source.id\",\"whenNotMatched\":[{\"insert\":{\"id\":{\"sql\":\"source.id\"}%s}}]}";
        String path = "/v1/tables/plain." + table.substring(3) + "/merge";
        as("columns", "POST", path)
                .json(merge.formatted(",\"pay\":{\"sql\":\"source.salary\"}"))
                .send()
                .expectProblem(400, "bad-sql");
        as("rows", "POST", path).json(merge.formatted("")).send().expectProblem(403, "forbidden");
        assertThat(as("columns", "POST", path)
                        .json(merge.formatted(""))
                        .send()
                        .expect(200)
                        .json()
                        .path("inserted")
                        .asLong())
                .isEqualTo(3);
    }

    @Test
    void where_a_grant_does_not_fit_its_table_nothing_is_read_or_written() {
        as("misfit", "GET", "/v1/tables/" + table + "/rows").send().expectProblem(403, "forbidden");
        as("misfit", "GET", "/v1/tables/" + table + "/count").send().expectProblem(403, "forbidden");
        as("misfit", "GET", "/v1/tables/" + table + "/changes").send().expectProblem(403, "forbidden");
        as("misfit", "POST", "/v1/tables/" + table + "/rows")
                .json("[{\"id\":9}]")
                .send()
                .expectProblem(403, "forbidden");
        as("misfit", "DELETE", "/v1/tables/" + table + "/rows")
                .query("where", "true")
                .send()
                .expectProblem(403, "forbidden");
        assertThat(content()).hasSize(3);
    }
}
