package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies that are not what they say: each gets its problem, nothing is written, and the next request works.
class HostileBodiesTest {

    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final String ROWS = "SELECT i::BIGINT AS id, 'name ' || i AS name FROM range(5000) AS t(i)";

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long", "name string");

    /// Sends the body, wants one of the problems (`status slug`), and looks whether the table is as before and
    /// takes rows.
    private void refuses(Call call, String... problems) {
        var files = table.files();
        Answer answer = call.send();
        String slug = answer.status() < 400
                ? ""
                : answer.json().path("type").asString("").replace("/problems/", "");
        assertThat(answer.status() + " " + slug).as(answer.text()).isIn((Object[]) problems);
        answer.expectProblem(answer.status(), slug);
        assertThat(table.files()).isEqualTo(files);
        long rows = table.count();
        table.append("[{\"id\":1,\"name\":\"good\"}]");
        assertThat(table.count()).isEqualTo(rows + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"id\":1}",
                "[{\"id\":1},]",
                "{",
                "null",
                "5",
                "\"x\"",
                "[{\"id\":1}] x",
                "[{\"id\":1}][{\"id\":2}]",
                "{\"id\":1,}",
                "{'id':1}",
                "[{\"id\":NaN}]",
                "[{\"id\":01}]",
                "[{\"id\":1}}",
                "not json at all",
                "<rows/>",
                "[{\"id\":1,\"name\":\"\\ud800x\\q\"}]"
            })
    void broken_json(String body) {
        refuses(table.post().json(body), "400 malformed-body");
    }

    @Test
    void no_body_at_all() {
        refuses(table.post().header("Content-Type", "application/json"), "400 malformed-body");
        refuses(table.post().header("Content-Type", ARROW), "400 malformed-body");
        refuses(table.post().header("Content-Type", PARQUET), "400 malformed-body");
        refuses(table.post().header("Content-Type", "text/csv"), "400 malformed-body");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[1]",
                "[null]",
                "[[]]",
                "[\"x\"]",
                "[{\"id\":1},5]",
                "[{\"id\":1,\"id\":2}]",
                "[{\"id\":1,\"ID\":2}]"
            })
    void what_is_not_a_row(String body) {
        refuses(table.post().json(body), "400 malformed-body", "422 bad-rows");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"id\":1}\n{\"id\":2", "{\"id\":1}\nx\n{\"id\":2}", "{\"id\":1} {\"id\":2}x", "[{\"id\":1}]\n{"
            })
    void broken_ndjson(String body) {
        refuses(table.post().ndjson(body), "400 malformed-body", "422 bad-rows");
    }

    @Test
    void bytes_that_are_not_utf_8() {
        byte[] body = "[{\"id\":1,\"name\":\"ab\"}]".getBytes(StandardCharsets.ISO_8859_1);
        body[18] = (byte) 0xff;
        refuses(table.post().body("application/json", body), "400 malformed-body", "422 bad-rows");
        refuses(
                table.post().body("application/x-ndjson", Arrays.copyOfRange(body, 1, body.length - 1)),
                "400 malformed-body",
                "422 bad-rows");
        refuses(
                table.post().body("text/csv", new byte[] {
                    'i', 'd', ',', 'n', 'a', 'm', 'e', '\n', '1', ',', (byte) 0xff, '\n'
                }),
                "400 malformed-body",
                "422 bad-rows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson"})
    void nesting_without_end(String contentType) {
        String deep = "{\"id\":1,\"name\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
        refuses(
                table.post().body(contentType, Bodies.utf8(deep)),
                "400 malformed-body",
                "413 too-large",
                "422 bad-rows");
        String objects = "{\"x\":".repeat(5_000) + "1" + "}".repeat(5_000);
        refuses(
                table.post().body(contentType, Bodies.utf8(objects)),
                "400 malformed-body",
                "413 too-large",
                "422 bad-rows");
    }

    @Test
    void numbers_that_would_take_all_memory() {
        for (String number : List.of("1e1000000000", "1e-1000000000", "9".repeat(1_000_000), "-1E+2147483647")) {
            Table numbers = Table.of(sluice, "i long", "d decimal(38,10)", "f double");
            for (String column : List.of("i", "d")) {
                Answer answer = numbers.post()
                        .json("[{\"" + column + "\":" + number + "}]")
                        .send();
                assertThat(answer.status()).as(answer.text()).isIn(400, 413, 422);
            }
            Answer asDouble = numbers.post().json("[{\"f\":" + number + "}]").send();
            assertThat(asDouble.status())
                    .as("%.30s: %s", number, asDouble.text())
                    .isIn(200, 400, 413, 422);
            assertThat(numbers.get("/rows").send().expect(200).text()).doesNotContain("Infinity");
        }
    }

    @Test
    void a_string_longer_than_the_limit() {
        refuses(
                table.post().json("[{\"id\":1,\"name\":\"" + "x".repeat((8 << 20) + 1) + "\"}]"),
                "413 too-large",
                "422 bad-rows");
    }

    @Test
    void a_nul_in_a_string_is_kept_or_refused_but_not_cut() {
        Answer answer = table.post().json("[{\"id\":1,\"name\":\"a\\u0000b\"}]").send();
        if (answer.status() == 200) {
            assertThat(table.content()).containsExactly("{\"id\":1,\"name\":\"a\\u0000b\"}");
        } else {
            answer.expectProblem(422, "bad-rows");
        }
    }

    @Test
    void thousands_of_unknown_columns() {
        var row = new StringBuilder("[{\"id\":1");
        for (int i = 0; i < 100_000; i++) {
            row.append(",\"c").append(i).append("\":1");
        }
        refuses(table.post().json(row.append("}]").toString()), "422 bad-rows", "413 too-large", "422 schema-mismatch");
        var csv = new StringBuilder("id");
        for (int i = 0; i < 100_000; i++) {
            csv.append(",c").append(i);
        }
        refuses(
                table.post().body("text/csv", Bodies.utf8(csv.append("\n1\n").toString())),
                "413 too-large",
                "422 schema-mismatch",
                "400 malformed-body");
    }

    @Test
    void encodings_that_are_not_what_they_say() throws Exception {
        byte[] rows = Bodies.utf8("[{\"id\":1}]");
        byte[] gzip = Bodies.gzip(rows);
        byte[] zstd = Bodies.zstd(rows);
        refuses(table.post().body("application/json", rows).header("Content-Encoding", "gzip"), "400 malformed-body");
        refuses(table.post().body("application/json", rows).header("Content-Encoding", "zstd"), "400 malformed-body");
        for (int length : new int[] {1, 5, 10, gzip.length - 1, gzip.length - 5, gzip.length - 8}) {
            refuses(
                    table.post()
                            .body("application/json", Arrays.copyOf(gzip, length))
                            .header("Content-Encoding", "gzip"),
                    "400 malformed-body");
        }
        for (int length : new int[] {1, 5, zstd.length - 1}) {
            refuses(
                    table.post()
                            .body("application/json", Arrays.copyOf(zstd, length))
                            .header("Content-Encoding", "zstd"),
                    "400 malformed-body");
        }
        for (byte[] more : List.of(Bodies.utf8("x"), Bodies.utf8("more than a head"), Arrays.copyOf(gzip, 20))) {
            refuses(
                    table.post().body("application/json", joined(gzip, more)).header("Content-Encoding", "gzip"),
                    "400 malformed-body");
        }
        byte[] wrongSum = gzip.clone();
        wrongSum[gzip.length - 6] ^= 1;
        refuses(
                table.post().body("application/json", wrongSum).header("Content-Encoding", "gzip"),
                "400 malformed-body");
        refuses(
                table.post().body("application/json", rows).header("Content-Encoding", "br"),
                "415 unsupported-media-type");
        refuses(
                table.post().body("application/json", rows).header("Content-Encoding", "nonsense"),
                "415 unsupported-media-type");
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    @Test
    void gzip_in_several_members_is_one_body() throws Exception {
        byte[] members = joined(Bodies.gzip(Bodies.utf8("[{\"id\":1},")), Bodies.gzip(Bodies.utf8("{\"id\":2}]")));
        table.post()
                .body("application/json", members)
                .header("Content-Encoding", "gzip")
                .send()
                .expect(200);
        assertThat(table.count()).isEqualTo(2);
    }

    @Test
    void arrow_that_goes_on_after_its_end() throws Exception {
        byte[] stream = Bodies.arrow(ROWS);
        refuses(table.post().body(ARROW, joined(stream, stream)), "400 malformed-body");
        refuses(table.post().body(ARROW, joined(stream, new byte[] {1})), "400 malformed-body");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "optional int64 id; optional int64 ID;",
                "optional int64 id; optional group s { optional int64 a; optional int64 A; }",
                "optional group s { optional int64 a; } optional int64 id; optional int64 Id;"
            })
    void parquet_with_a_column_twice(String columns, @TempDir Path directory) throws Exception {
        MessageType type = MessageTypeParser.parseMessageType("message rows { " + columns + " }");
        Path file = directory.resolve("rows.parquet");
        try (var writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(type)
                .build()) {
            writer.write(new SimpleGroup(type));
        }
        refuses(table.post().body(PARQUET, Files.readAllBytes(file)), "400 malformed-body");
    }

    @Test
    void bombs() throws Exception {
        byte[] zeros = new byte[200 << 20];
        Arrays.fill(zeros, (byte) ' ');
        refuses(
                table.post().body("application/json", Bodies.gzip(zeros)).header("Content-Encoding", "gzip"),
                "413 too-large",
                "400 malformed-body");
        refuses(
                table.post().body("application/x-ndjson", Bodies.zstd(zeros)).header("Content-Encoding", "zstd"),
                "413 too-large",
                "400 malformed-body");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/xml",
                "application/octet-stream",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "nonsense",
                "image/png"
            })
    void content_types_that_are_not_served(String contentType) {
        refuses(table.post().body(contentType, Bodies.utf8("[{\"id\":1}]")), "415 unsupported-media-type");
    }

    @Test
    void no_content_type() {
        refuses(table.post().untyped(Bodies.utf8("[{\"id\":1}]")), "415 unsupported-media-type");
    }

    @Test
    void answers_that_are_not_served() {
        table.rows().accept("image/png").send().expectProblem(406, "not-acceptable");
        table.rows().accept("text/html").send().expectProblem(406, "not-acceptable");
        table.rows().accept("*/*").send().expect(200);
        table.rows().accept("text/html, application/json;q=0.5").send().expect(200);
    }

    @Test
    void one_format_under_the_name_of_another() throws Exception {
        byte[] arrow = Bodies.arrow(ROWS);
        byte[] parquet = Bodies.parquet(ROWS);
        refuses(table.post().body("application/json", arrow), "400 malformed-body");
        refuses(table.post().body("application/x-ndjson", parquet), "400 malformed-body", "422 bad-rows");
        refuses(table.post().body(ARROW, parquet), "400 malformed-body");
        refuses(table.post().body(PARQUET, arrow), "400 malformed-body");
        refuses(table.post().body("text/csv", parquet), "400 malformed-body", "422 schema-mismatch");
        refuses(table.post().body(ARROW, Bodies.utf8("[{\"id\":1}]")), "400 malformed-body");
        refuses(table.post().body(PARQUET, Bodies.utf8("[{\"id\":1}]")), "400 malformed-body");
    }

    @Test
    void cut_arrow() throws Exception {
        byte[] arrow = Bodies.arrow(ROWS);
        for (int length : new int[] {1, 4, 7, 8, 9, 100, 300, 1000, arrow.length / 2, arrow.length - 100}) {
            refuses(table.post().body(ARROW, Arrays.copyOf(arrow, length)), "400 malformed-body");
        }
    }

    @Test
    void arrow_that_asks_for_gigabytes() throws Exception {
        byte[] arrow = Bodies.arrow(ROWS);
        for (int size : new int[] {Integer.MAX_VALUE, -5, 64 << 20}) {
            byte[] metadata = arrow.clone();
            ByteBuffer.wrap(metadata).order(ByteOrder.LITTLE_ENDIAN).putInt(4, size);
            refuses(table.post().body(ARROW, metadata), "400 malformed-body", "413 too-large");
        }
        byte[] sixteen = ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(-1)
                .putInt(0x7fffffff)
                .array();
        refuses(table.post().body(ARROW, sixteen), "400 malformed-body", "413 too-large");
    }

    @Test
    void cut_parquet() throws Exception {
        byte[] parquet = Bodies.parquet(ROWS);
        for (int length : new int[] {
            1, 4, 8, 12, 100, parquet.length / 2, parquet.length - 1, parquet.length - 4, parquet.length - 8
        }) {
            refuses(table.post().body(PARQUET, Arrays.copyOf(parquet, length)), "400 malformed-body");
        }
        byte[] footer = parquet.clone();
        ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).putInt(parquet.length - 8, Integer.MAX_VALUE);
        refuses(table.post().body(PARQUET, footer), "400 malformed-body", "413 too-large");
    }

    /// Damage that still decodes is data; all other damage is refused. What must not happen: an answer that is not
    /// ours, or a service that does not work afterwards.
    @ParameterizedTest
    @ValueSource(strings = {ARROW, PARQUET})
    void damaged_binary_bodies(String contentType) throws Exception {
        byte[] whole = contentType.equals(ARROW) ? Bodies.arrow(ROWS) : Bodies.parquet(ROWS);
        var random = new Random(7);
        for (int round = 0; round < 60; round++) {
            byte[] damaged = whole.clone();
            for (int flip = 0; flip < 1 + round % 5; flip++) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            long before = table.count();
            Answer answer = table.post().body(contentType, damaged).send();
            assertThat(answer.status()).as("round %s: %s", round, answer.text()).isIn(200, 400, 413, 422);
            assertThat(table.count())
                    .isEqualTo(before
                            + (answer.status() == 200
                                    ? answer.json().path("rows").asLong()
                                    : 0));
        }
        table.append("[{\"id\":1,\"name\":\"good\"}]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id,name\n1,\"open",
                "id,name\n1,a,b\n",
                "id,id\n1,2\n",
                "id,name\n1\n",
                "\n",
                "id;name\n1;2\n",
                "1,2\n",
                "id,name\n1,a\"b\n",
                ",\n1,2\n"
            })
    void broken_csv(String body) {
        refuses(
                table.post().body("text/csv", Bodies.utf8(body)),
                "400 malformed-body",
                "422 bad-rows",
                "422 schema-mismatch");
    }
}
