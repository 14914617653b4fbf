package io.sluice.blackbox;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Every limit is kept, refuses with its name, and leaves the service working. The limits are small here.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsTest {

    @TempDir
    static Path root;

    private RunningSluice sluice = RunningSluice.shared();

    @BeforeAll
    void start() {
        sluice = RunningSluice.start(
                root,
                Map.ofEntries(
                        entry("sluice.limits.bodyBytes", "64KB"),
                        entry("sluice.limits.documentBytes", "64KB"),
                        entry("sluice.limits.decodedBytes", "256KB"),
                        entry("sluice.limits.compressionRatio", "20"),
                        entry("sluice.limits.jsonDepth", "8"),
                        entry("sluice.limits.stringBytes", "1KB"),
                        entry("sluice.limits.rowBytes", "64KB"),
                        entry("sluice.limits.columns", "10"),
                        entry("sluice.limits.batchRows", "100"),
                        entry("sluice.limits.filterCharacters", "200"),
                        entry("sluice.limits.filterNodes", "20"),
                        entry("sluice.limits.filterDepth", "5"),
                        entry("sluice.limits.pageRows", "50")));
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    private static String rows(int count) {
        return IntStream.range(0, count).mapToObj(i -> "{\"id\":" + i + "}").collect(Collectors.joining("\n"));
    }

    private void refuses(Table table, Call call, String limit) {
        var files = table.files();
        JsonNode problem = call.send().expectProblem(413, "too-large");
        assertThat(problem.toString()).contains(limit);
        assertThat(table.files()).isEqualTo(files);
        long rows = table.count();
        table.append("[{\"id\":1}]");
        assertThat(table.count()).isEqualTo(rows + 1);
    }

    @Test
    void bytes_of_a_body() {
        Table table = Table.of(sluice, "id long", "v string");
        String padding = " ".repeat(70_000);
        refuses(table, table.post().json("[{\"id\":1}" + padding + "]"), "body-bytes");
        refuses(table, table.post().ndjson("{\"id\":1}" + padding), "body-bytes");
        refuses(table, table.post().body("text/csv", Bodies.utf8("id\n1\n" + "2\n".repeat(40_000))), "body-bytes");
        refuses(table, table.post().body("application/vnd.apache.parquet", new byte[70_000]), "body-bytes");
        sluice.post("/v1/tables").json("{" + padding + "}").send().expectProblem(413, "too-large");
    }

    @Test
    void bytes_after_decompression() throws Exception {
        Table table = Table.of(sluice, "id long", "v string");
        var random = new Random(1);
        var varied = new StringBuilder("[{\"id\":1}");
        for (int i = 0; i < 300_000; i++) {
            if (i % 50_000 == 0) {
                varied.append(",{\"id\":1}");
            }
            varied.append(random.nextBoolean() ? ' ' : '\t');
        }
        byte[] body = Bodies.gzip(Bodies.utf8(varied.append("]").toString()));
        Answer answer = table.post()
                .body("application/json", body)
                .header("Content-Encoding", "gzip")
                .send();
        answer.expectProblem(413, "too-large");
        assertThat(table.version()).isZero();
    }

    @Test
    void rows_of_a_batch() {
        Table table = Table.of(sluice, "id long");
        refuses(table, table.post().ndjson(rows(101)), "batch-rows");
        table.post().ndjson(rows(100)).send().expect(200);
    }

    @Test
    void columns_of_a_table() {
        Table table = Table.unmade(sluice);
        String[] columns =
                IntStream.range(0, 11).mapToObj(i -> "c" + i + " long").toArray(String[]::new);
        Answer answer = sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns(columns) + "}")
                .send();
        assertThat(answer.expectProblem(413, "too-large").path("limit").asString())
                .isEqualTo("sluice.limits.columns");
        assertThat(table.directory()).doesNotExist();
    }

    @Test
    void bytes_of_a_string() {
        Table table = Table.of(sluice, "id long", "v string");
        Answer answer = table.post()
                .json("[{\"id\":1,\"v\":\"" + "x".repeat(1025) + "\"}]")
                .send();
        assertThat(answer.status()).isIn(413, 422);
        assertThat(table.version()).isZero();
        table.append("[{\"id\":1,\"v\":\"" + "x".repeat(1024) + "\"}]");
    }

    @Test
    void bytes_of_a_row() throws Exception {
        Table table = Table.of(sluice, "id long", "v array<string>");
        String values = IntStream.range(0, 220)
                .mapToObj(_ -> "\"" + "x".repeat(1000) + "\"")
                .collect(Collectors.joining(","));
        byte[] body = Bodies.gzip(Bodies.utf8("[{\"id\":1,\"v\":[" + values + "]}]"));
        refuses(table, table.post().body("application/json", body).header("Content-Encoding", "gzip"), "row-bytes");
    }

    @Test
    void depth_of_json() {
        Table table = Table.of(sluice, "id long");
        Answer answer = table.post()
                .json("[{\"id\":" + "[".repeat(9) + "]".repeat(9) + "}]")
                .send();
        assertThat(answer.status()).isIn(400, 413, 422);
        assertThat(table.version()).isZero();
    }

    @Test
    void strings_and_depth_of_a_document() {
        String long1025 = "{\"name\":\"a.b\",\"comment\":\"" + "x".repeat(1025) + "\"}";
        assertThat(sluice.post("/v1/tables")
                        .json(long1025)
                        .send()
                        .expectProblem(413, "too-large")
                        .path("limit")
                        .asString())
                .isEqualTo("sluice.limits.string-bytes");
        String deep = "{\"name\":\"a.b\",\"columns\":[{\"type\":" + "[".repeat(9) + "]".repeat(9) + "}]}";
        assertThat(sluice.post("/v1/tables")
                        .json(deep)
                        .send()
                        .expectProblem(413, "too-large")
                        .path("limit")
                        .asString())
                .isEqualTo("sluice.limits.json-depth");
    }

    @Test
    void the_size_of_a_filter() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        String characters = "id = 1" + " ".repeat(200);
        String nodes = IntStream.range(0, 15).mapToObj(i -> "id=" + i).collect(Collectors.joining(" OR "));
        String depth = "NOT (id=1 AND (".repeat(6) + "id=1" + "))".repeat(6);
        for (String filter : new String[] {characters, nodes, depth}) {
            table.rows().query("where", filter).send().expectProblem(400, "bad-filter");
            table.get("/count").query("where", filter).send().expectProblem(400, "bad-filter");
        }
        table.rows().query("where", "id = 1 OR id = 2").send().expect(200);
    }

    @Test
    void rows_of_a_page() {
        Table table = Table.of(sluice, "id long");
        table.post().ndjson(rows(60)).send().expect(200);
        table.rows().query("limit", 51).send().expectProblem(400, "bad-parameter");
        assertThat(table.rows()
                        .query("limit", 50)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(50);
        assertThat(table.rows().send().expect(200).json().path("rows").size()).isEqualTo(50);
    }
}
