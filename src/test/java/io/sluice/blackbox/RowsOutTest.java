package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowsOutTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private Table table = Table.unmade(sluice);

    /// Three versions with rows: 100 rows in each of ten files, then 1,000 in one.
    @BeforeAll
    void fill() {
        table = Table.of(sluice, "id long", "name string", "s struct<x:integer,y:string>");
        for (int file = 0; file < 10; file++) {
            table.append(rows(file * 100, 100));
        }
        table.append(rows(1000, 1000));
    }

    private static String rows(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(i -> "{\"id\":" + i + ",\"name\":\"n" + i % 7 + "\",\"s\":{\"x\":" + i % 3 + ",\"y\":\"y\"}}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private JsonNode json(Call call) {
        return call.send().expect(200).json();
    }

    private static List<Long> ids(JsonNode page) {
        return page.path("rows")
                .valueStream()
                .map(row -> row.path("id").asLong())
                .toList();
    }

    @Test
    void escapes_in_the_value_of_a_partition_are_decoded() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string");
        table.append("[{\"id\":1,\"p\":\"a b:c\"},{\"id\":2,\"p\":\"100%\"},{\"id\":3,\"p\":\"x\"}]");
        for (var asked : Map.of("p=a%20b%3Ac", 1, "p=a b:c", 1, "p=100%25", 2, "p=100%", 2)
                .entrySet()) {
            assertThat(table.rows()
                            .query("partition", asked.getKey())
                            .send()
                            .expect(200)
                            .json()
                            .path("rows")
                            .path(0)
                            .path("id")
                            .asInt())
                    .as(asked.getKey())
                    .isEqualTo(asked.getValue());
        }
    }

    @Test
    void json_says_version_time_columns_and_rows() {
        JsonNode page = json(table.rows().query("limit", 2).query("orderBy", "id"));
        assertThat(page.path("version").asInt()).isEqualTo(11);
        assertThat(page.path("timestamp").asString()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(page.path("columns")
                        .valueStream()
                        .map(column -> column.path("name").asString()))
                .containsExactly("id", "name", "s");
        assertThat(page.path("columns").get(0).path("type").asString()).isEqualTo("long");
        assertThat(page.path("rows").get(1).toString())
                .isEqualTo("{\"id\":1,\"name\":\"n1\",\"s\":{\"x\":1,\"y\":\"y\"}}");
        assertThat(page.path("nextPageToken").asString("")).isNotEmpty();
    }

    @Test
    void json_gives_a_thousand_rows_unless_asked_otherwise() {
        assertThat(json(table.rows()).path("rows").size()).isEqualTo(1000);
        JsonNode all = json(table.rows().query("limit", 5000));
        assertThat(all.path("rows").size()).isEqualTo(2000);
        assertThat(all.has("nextPageToken")).isFalse();
        table.rows().query("limit", 100_001).send().expectProblem(400, "bad-parameter");
        table.rows().query("limit", 0).send().expectProblem(400, "bad-parameter");
        table.rows().query("limit", "many").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void pages_give_every_row_once_whatever_is_written_between_them() {
        Table paged = Table.of(sluice, "id long", "name string", "s struct<x:integer,y:string>");
        for (int file = 0; file < 5; file++) {
            paged.append(rows(file * 100, 100));
        }
        for (String order : List.of("", "id", "-id", "name,-id", "s.x")) {
            var seen = new ArrayList<Long>();
            String token = "";
            long version = paged.version();
            do {
                Call call = paged.rows().query("limit", 130);
                call = order.isEmpty() ? call : call.query("orderBy", order);
                JsonNode page = json(token.isEmpty() ? call : call.query("pageToken", token));
                assertThat(page.path("version").asLong()).isEqualTo(version);
                seen.addAll(ids(page));
                token = page.path("nextPageToken").asString("");
                if (seen.size() == 130) {
                    paged.append(rows(10_000 + (int) version * 10, 10));
                }
            } while (!token.isEmpty());
            assertThat(new TreeSet<>(seen)).as("order by '%s'", order).hasSameSizeAs(seen);
            assertThat(seen).hasSize((int) (500 + 10 * (version - 5)));
        }
    }

    @Test
    void a_token_of_another_query_is_refused() {
        String token =
                json(table.rows().query("limit", 10)).path("nextPageToken").asString();
        table.rows()
                .query("limit", 10)
                .query("where", "id > 3")
                .query("pageToken", token)
                .send()
                .expectProblem(400, "bad-parameter");
        table.rows().query("pageToken", "AAAA").send().expectProblem(400, "bad-parameter");
        table.rows().query("pageToken", token + "x").send().expectProblem(400, "bad-parameter");
        Table other = Table.of(sluice, "id long", "name string", "s struct<x:integer,y:string>");
        other.rows().query("limit", 10).query("pageToken", token).send().expectProblem(400, "bad-parameter");
    }

    @Test
    void select_takes_columns_and_fields() {
        JsonNode page = json(table.rows().query("select", "s.x,id").query("where", "id = 5"));
        assertThat(page.path("rows").get(0).properties().stream()
                        .map(Map.Entry::getValue)
                        .map(JsonNode::asInt))
                .containsExactly(2, 5);
        table.rows().query("select", "nope").send().expectProblem(400, "bad-parameter");
        table.rows().query("select", "s.nope").send().expectProblem(400, "bad-parameter");
        table.rows().query("select", "count(*)").send().expectProblem(400, "bad-parameter");
        table.rows().query("orderBy", "nope").send().expectProblem(400, "bad-parameter");
        table.rows().query("orderBy", "random()").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void where_chooses_rows() {
        assertThat(ids(json(table.rows()
                        .query("where", "id BETWEEN 3 AND 5 OR id = 1999")
                        .query("orderBy", "-id"))))
                .containsExactly(1999L, 5L, 4L, 3L);
        assertThat(ids(json(table.rows().query("where", "s.x = 1 AND id < 8").query("orderBy", "id"))))
                .containsExactly(1L, 4L, 7L);
        assertThat(ids(json(table.rows()
                        .query("where", "name IN ('n1') AND NOT (id >= 10)")
                        .query("orderBy", "id"))))
                .containsExactly(1L, 8L);
        assertThat(ids(json(table.rows().query("where", "false")))).isEmpty();
    }

    @Test
    void every_format_gives_the_same_rows() throws Exception {
        String sum = "SELECT count(*), sum(id), count(DISTINCT name), sum(s.x) FROM answer";
        String expected =
                "2000|1999000|7|" + IntStream.range(0, 2000).map(i -> i % 3).sum();
        assertThat(Bodies.readArrow(
                        table.rows()
                                .accept("application/vnd.apache.arrow.stream")
                                .send()
                                .expect(200)
                                .body(),
                        sum))
                .containsExactly(expected);
        assertThat(Bodies.readParquet(
                        table.rows()
                                .accept("application/vnd.apache.parquet")
                                .send()
                                .expect(200)
                                .body(),
                        sum))
                .containsExactly(expected);
        assertThat(table.rows()
                        .accept("application/x-ndjson")
                        .send()
                        .expect(200)
                        .lines())
                .hasSize(2000);
        List<String> csv = table.rows()
                .accept("text/csv")
                .query("select", "id,name")
                .send()
                .expect(200)
                .text()
                .lines()
                .toList();
        assertThat(csv).hasSize(2001);
        assertThat(csv.getFirst()).isEqualTo("id,name");
    }

    @Test
    void a_stream_takes_select_where_order_and_limit() throws Exception {
        byte[] stream = table.rows()
                .accept("application/vnd.apache.arrow.stream")
                .query("select", "id")
                .query("where", "id >= 1500")
                .query("orderBy", "-id")
                .query("limit", 3)
                .send()
                .expect(200)
                .body();
        assertThat(Bodies.readArrow(stream, "SELECT * FROM answer")).containsExactly("1999", "1998", "1997");
    }

    @Test
    void answers_are_compressed_when_asked() throws Exception {
        Answer plain = table.rows().accept("application/x-ndjson").send().expect(200);
        Answer gzip = table.rows()
                .accept("application/x-ndjson")
                .header("Accept-Encoding", "gzip")
                .send()
                .expect(200);
        assertThat(gzip.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(new TreeSet<>(new String(Bodies.gunzip(gzip.body()), StandardCharsets.UTF_8)
                        .lines()
                        .toList()))
                .isEqualTo(new TreeSet<>(plain.text().lines().toList()));
        Answer zstd = table.rows()
                .accept("application/x-ndjson")
                .header("Accept-Encoding", "zstd")
                .send()
                .expect(200);
        if (zstd.header("Content-Encoding").equals("zstd")) {
            assertThat(Bodies.unzstd(zstd.body())).hasSameSizeAs(plain.body());
        } else {
            assertThat(zstd.body()).hasSameSizeAs(plain.body());
        }
    }

    @Test
    void every_version_can_be_read_by_number_and_by_time() {
        for (int version = 0; version <= 11; version++) {
            int rows = version == 11 ? 2000 : version * 100;
            assertThat(json(table.get("/count").query("version", version))
                            .path("count")
                            .asInt(-1))
                    .isEqualTo(rows);
        }
        JsonNode first = table.get("/history")
                .query("limit", 100)
                .send()
                .expect(200)
                .json()
                .path("commits");
        String time = first.get(first.size() - 3).path("timestamp").asString();
        JsonNode page = json(table.rows().query("timestamp", time).query("limit", 5000));
        assertThat(page.path("version").asInt()).isGreaterThanOrEqualTo(2);
        assertThat(page.path("rows").size()).isEqualTo(page.path("version").asInt() * 100);
        String now = Instant.now().toString();
        assertThat(json(table.get("/count").query("timestamp", now))
                        .path("version")
                        .asInt())
                .isEqualTo(11);
        JsonNode early =
                table.rows().query("timestamp", "2001-01-01T00:00:00Z").send().expectProblem(404, "version-not-found");
        assertThat(early.path("earliest").asLong(-1)).isZero();
        assertThat(early.path("latest").asLong(-1)).isEqualTo(11);
        table.rows().query("timestamp", "2199-01-01T00:00:00+01:00").send().expectProblem(404, "version-not-found");
        table.rows().query("version", 12).send().expectProblem(404, "version-not-found");
    }

    @Test
    void shards_together_are_the_table_and_share_nothing() {
        var seen = new ArrayList<String>();
        for (int shard = 0; shard < 3; shard++) {
            seen.addAll(table.rows()
                    .query("shard", shard + "/3")
                    .query("version", 11)
                    .accept("application/x-ndjson")
                    .send()
                    .expect(200)
                    .text()
                    .lines()
                    .toList());
        }
        assertThat(seen).hasSize(2000);
        assertThat(new TreeSet<>(seen)).hasSize(2000);
        for (String shard : List.of("3/3", "-1/3", "1/0", "x", "1", "0/99999999999")) {
            table.rows().query("shard", shard).send().expectProblem(400, "bad-parameter");
        }
    }

    @Test
    void count_counts_what_rows_would_give() {
        assertThat(json(table.get("/count")).path("count").asInt()).isEqualTo(2000);
        assertThat(json(table.get("/count")).path("version").asInt()).isEqualTo(11);
        assertThat(json(table.get("/count").query("where", "id < 150 AND s.x = 0"))
                        .path("count")
                        .asInt())
                .isEqualTo(50);
        table.get("/count").query("where", "nope = 1").send().expectProblem(400, "bad-filter");
    }

    @Test
    void one_partition_can_be_read() {
        Table partitioned = Table.with(sluice, ",\"partitionBy\":[\"p\",\"q\"]", "id long", "p string", "q integer");
        partitioned.append(
                "[{\"id\":1,\"p\":\"a\",\"q\":1},{\"id\":2,\"p\":\"a\",\"q\":2},{\"id\":3,\"p\":\"b/c\",\"q\":1}]");
        assertThat(ids(json(partitioned.rows().query("partition", "p=a")))).containsExactlyInAnyOrder(1L, 2L);
        assertThat(ids(json(partitioned.rows().query("partition", "p=a/q=2")))).containsExactly(2L);
        partitioned.rows().query("partition", "p=zzz").send().expectProblem(404, "partition-not-found");
        partitioned.rows().query("partition", "id=1").send().expectProblem(400, "bad-parameter");
    }

    @Test
    void a_reader_that_has_the_version_is_told_so() {
        Answer answer = table.rows().send().expect(200);
        assertThat(answer.header("ETag")).isEqualTo("\"11\"");
        for (String path : List.of("/rows", "", "/count")) {
            Answer unchanged = table.get(path).header("If-None-Match", "\"11\"").send();
            assertThat(unchanged.status()).as(path).isEqualTo(304);
            assertThat(unchanged.body()).isEmpty();
            assertThat(unchanged.header("ETag")).isEqualTo("\"11\"");
            table.get(path).header("If-None-Match", "\"10\"").send().expect(200);
        }
    }
}
