package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TableResourceTest {

    private static final String[] ALL_TYPES = {
        "a byte",
        "b short",
        "c integer",
        "d long",
        "e float",
        "f double",
        "g decimal(38,18)",
        "h boolean",
        "i string",
        "j binary",
        "k date",
        "l timestamp",
        "m timestamp_ntz",
        "n array<integer>",
        "o struct<x:integer,y:array<string>>",
        "p map<string,long>",
        "q map<integer,struct<z:date>>"
    };

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void a_created_table_shows_what_was_asked_for() {
        Table table = Table.unmade(sluice);
        Answer created = sluice.post("/v1/tables")
                .json("""
                        {"name":"%s","columns":[
                          {"name":"id","type":"long","nullable":false,"comment":"the key"},
                          {"name":"day","type":"date"},
                          {"name":"price","type":"decimal(10,2)"}],
                         "partitionBy":["day"],"properties":{"delta.appendOnly":"true","owner":"me"},"comment":"orders"}""".formatted(table.name()))
                .send()
                .expect(201);
        assertThat(created.header("Location")).endsWith(table.path());
        assertThat(created.version()).isZero();
        assertThat(created.header("ETag")).isEqualTo("\"0\"");

        JsonNode shown = table.show();
        assertThat(shown).isEqualTo(created.json());
        assertThat(shown.path("name").asString()).isEqualTo(table.name());
        assertThat(shown.path("id").asString()).isNotBlank();
        assertThat(shown.path("version").asLong(-1)).isZero();
        assertThat(shown.path("timestamp").asString()).endsWith("Z");
        assertThat(shown.path("createdAt").asString()).endsWith("Z");
        assertThat(shown.path("partitionBy").toString()).isEqualTo("[\"day\"]");
        assertThat(shown.path("comment").asString()).isEqualTo("orders");
        assertThat(shown.path("properties").path("owner").asString()).isEqualTo("me");
        assertThat(shown.path("columns").get(0).path("name").asString()).isEqualTo("id");
        assertThat(shown.path("columns").get(0).path("type").asString()).isEqualTo("long");
        assertThat(shown.path("columns").get(0).path("nullable").asBoolean(true))
                .isFalse();
        assertThat(shown.path("columns").get(0).path("comment").asString()).isEqualTo("the key");
        assertThat(shown.path("columns").get(2).path("type").asString()).isEqualTo("decimal(10,2)");
        assertThat(shown.path("protocol").path("minWriterVersion").asInt()).isPositive();
        JsonNode statistics = shown.path("statistics");
        assertThat(statistics.path("rows").asInt(-1)).isZero();
        assertThat(statistics.path("files").asInt(-1)).isZero();
        assertThat(statistics.path("sizeBytes").asInt(-1)).isZero();
    }

    @Test
    void the_longest_name_is_a_name() {
        Table table = new Table(sluice, "s".repeat(128) + "." + "t".repeat(128));
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                .send()
                .expect(201);
        table.append("[{\"id\":1}]");
        assertThat(table.get("/count").send().expect(200).json().path("count").asInt())
                .isEqualTo(1);
        sluice.delete(table.path()).query("purge", "true").send().expect(204);
    }

    @Test
    void every_type_can_be_a_column() {
        Table table = Table.of(sluice, ALL_TYPES);
        assertThat(CanonicalType.inOrder(CanonicalType.ofColumns(table.show().path("columns"))))
                .isEqualTo(
                        CanonicalType.inOrder(CanonicalType.ofColumns(Answer.JSON.readTree(Table.columns(ALL_TYPES)))));
        assertThat(table.show().path("protocol").path("readerFeatures").toString())
                .contains("timestampNtz");
    }

    @Test
    void a_type_may_be_written_as_delta_writes_it() {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables").json("""
                        {"name":"%s","columns":[{"name":"s","type":{"type":"struct","fields":[
                          {"name":"x","type":"integer","nullable":true,"metadata":{}},
                          {"name":"y","type":{"type":"array","elementType":"string","containsNull":true},"nullable":true,"metadata":{}}]}}]}""".formatted(table.name())).send().expect(201);
        table.append("[{\"s\":{\"x\":1,\"y\":[\"a\",null]}}]");
        assertThat(table.content()).containsExactly("{\"s\":{\"x\":1,\"y\":[\"a\",null]}}");
    }

    @Test
    void a_table_with_clustering_says_so() {
        Table table = Table.with(sluice, ",\"clusterBy\":[\"id\"]", "id long", "v string");
        assertThat(table.show().path("clusterBy").toString()).isEqualTo("[\"id\"]");
        assertThat(table.show().path("protocol").path("writerFeatures").toString())
                .contains("clustering", "domainMetadata");
        table.append("[{\"id\":1,\"v\":\"a\"}]");
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void one_segment_means_the_default_schema() {
        Table table = new Table(sluice, "single_" + System.nanoTime());
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns("id long") + "}")
                .send()
                .expect(201);
        assertThat(table.show().path("name").asString()).isEqualTo("default." + table.name());
        assertThat(sluice.tableDirectory("default", table.name()).resolve("_delta_log"))
                .isDirectory();
    }

    @Test
    void creating_twice_is_a_conflict_and_changes_nothing() {
        Table table = Table.of(sluice, "id long");
        var files = table.files();
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns("other string") + "}")
                .send()
                .expectProblem(409, "table-exists");
        assertThat(table.files()).isEqualTo(files);
    }

    @Test
    void of_sixteen_who_create_at_once_one_wins() throws InterruptedException {
        Table table = Table.unmade(sluice);
        String body = "{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns("id long") + "}";
        List<Answer> answers =
                Together.run(16, i -> sluice.post("/v1/tables").json(body).send());
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 201)
                .allSatisfy(answer -> answer.expectProblem(409, "table-exists"));
        assertThat(table.version()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[{\"name\":\"id\",\"type\":\"bigint2\"}]",
                "[{\"name\":\"id\",\"type\":\"decimal(39,2)\"}]",
                "[{\"name\":\"id\",\"type\":\"array<\"}]",
                "[{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"ID\",\"type\":\"long\"}]",
                "[{\"name\":\"\",\"type\":\"long\"}]",
                "[{\"name\":\"sluice$row\",\"type\":\"long\"}]",
            })
    void a_schema_that_cannot_be_is_refused(String columns) {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":" + columns + "}")
                .send()
                .expectProblem(422, "invalid-schema");
        assertThat(table.directory()).doesNotExist();
    }

    @Test
    void partition_and_cluster_columns_must_be_columns() {
        for (String members : List.of("\"partitionBy\":[\"nope\"]", "\"clusterBy\":[\"nope\"]")) {
            Table table = Table.unmade(sluice);
            sluice.post("/v1/tables")
                    .json("{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns("id long") + "," + members
                            + "}")
                    .send()
                    .expectProblem(422, "invalid-schema");
            assertThat(table.directory()).doesNotExist();
        }
    }

    @Test
    void an_unknown_member_is_refused() {
        sluice.post("/v1/tables")
                .json("{\"name\":\"scenario.never\",\"columns\":" + Table.columns("id long") + ",\"partitionedBy\":[]}")
                .send()
                .expectProblem(400, "malformed-body");
    }

    @Test
    void a_list_has_every_table_of_a_schema_in_pages() {
        String schema = "listed" + System.nanoTime();
        IntStream.range(0, 5)
                .forEach(i -> sluice.post("/v1/tables")
                        .json("{\"name\":\"" + schema + ".t" + i + "\",\"columns\":" + Table.columns("id long") + "}")
                        .send()
                        .expect(201));
        var names = new java.util.ArrayList<String>();
        String token = "";
        int pages = 0;
        do {
            Call call = sluice.get("/v1/tables").query("schema", schema).query("limit", 2);
            JsonNode page = (token.isEmpty() ? call : call.query("pageToken", token))
                    .send()
                    .expect(200)
                    .json();
            page.path("tables").forEach(table -> names.add(table.path("name").asString()));
            token = page.path("nextPageToken").asString("");
            pages++;
        } while (!token.isEmpty());
        assertThat(names)
                .containsExactly(schema + ".t0", schema + ".t1", schema + ".t2", schema + ".t3", schema + ".t4");
        assertThat(pages).isEqualTo(3);
        assertThat(sluice.get("/v1/tables")
                        .send()
                        .expect(200)
                        .json()
                        .path("tables")
                        .isEmpty())
                .isFalse();
    }

    @Test
    void a_table_that_another_writer_left_below_the_root_is_there_at_once() {
        Table written = Table.of(sluice, "id long");
        written.append("[{\"id\":7}]");
        Table foreign = Table.unmade(sluice);
        Trees.copy(written.directory(), foreign.directory());
        assertThat(foreign.content()).containsExactly("{\"id\":7}");
    }

    @Test
    void dropping_a_managed_table_wants_purge() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":7}]");
        sluice.delete(table.path()).send().expectProblem(409, "purge-required");
        assertThat(table.count()).isEqualTo(1);
        Answer dropped = sluice.delete(table.path()).query("purge", true).send().expect(204);
        assertThat(dropped.body()).isEmpty();
        assertThat(Files.exists(table.directory())).isFalse();
        sluice.get(table.path()).send().expectProblem(404, "table-not-found");
        table.rows().send().expectProblem(404, "table-not-found");
        table.post().json("[{\"id\":7}]").send().expectProblem(404, "table-not-found");
        sluice.delete(table.path()).query("purge", true).send().expectProblem(404, "table-not-found");
    }

    @Test
    void a_dropped_table_can_be_made_again_without_its_past() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":7}]");
        sluice.delete(table.path()).query("purge", true).send().expect(204);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns("name string") + "}")
                .send()
                .expect(201);
        assertThat(table.version()).isZero();
        table.append("[{\"name\":\"x\"}]");
        assertThat(table.content()).containsExactly("{\"name\":\"x\"}");
    }

    @Test
    void a_table_shows_itself_at_an_old_version() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2}]");
        table.append("[{\"id\":3}]");
        JsonNode old = table.get("").query("version", 1).send().expect(200).json();
        assertThat(old.path("version").asInt()).isEqualTo(1);
        assertThat(old.path("statistics").path("rows").asInt()).isEqualTo(2);
        assertThat(table.show().path("statistics").path("rows").asInt()).isEqualTo(3);
        assertThat(table.show().path("statistics").path("files").asInt()).isEqualTo(2);
        JsonNode problem = table.get("").query("version", 9).send().expectProblem(404, "version-not-found");
        assertThat(problem.toString()).contains("0").contains("2");
    }
}
