package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What a process must survive, in a process of its own: it lives, its memory comes back, nothing is left in its
/// scratch directory, and the next request is answered within a second.
@Tag("long-runs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileStormTest {

    private static final String ARROW = "application/vnd.apache.arrow.stream";
    private static final String PARQUET = "application/vnd.apache.parquet";
    private static final long SEED = Long.getLong("sluice.storm.seed", 1);
    private static final int ARROW_BODIES = LongRuns.size("sluice.storm.arrow", 300, 20_000);
    private static final int PARQUET_BODIES = LongRuns.size("sluice.storm.parquet", 60, 1_000);
    private static final int PARQUET_FILES = LongRuns.size("sluice.storm.files", 40, 1_000);
    private static final int DRIBBLERS = LongRuns.size("sluice.storm.dribblers", 200, 2_000);
    private static final int ROUNDS = LongRuns.size("sluice.storm.bombs", 1, 20);
    private static final int CLIENTS = 4;
    private static final int FIRST = 20;
    private static final long KEPT_MEGABYTES = 250;
    /// DuckDB gives memory back some time after it is free.
    private static final Duration GIVEN_BACK = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(LongRuns.areAsked() ? 1 : 5);

    private static final String COLUMNS = "id long|name string|d decimal(20,3)|at timestamp|tags array<string>"
            + "|s struct<a:integer,b:string>|m map<string,integer>|f double|b binary|ok boolean|day date";
    private static final String ROWS = """
            SELECT i::BIGINT AS id, CASE WHEN i % 7 = 0 THEN NULL ELSE 'name ' || i % 13 END AS name,
              (i * 1.5)::DECIMAL(20,3) AS d, to_timestamp(1700000000 + i) AS at, ['a' || i, NULL] AS tags,
              {'a': i::INTEGER, 'b': 'x'} AS s, MAP {'k' || i: i::INTEGER} AS m, i / 3::DOUBLE AS f,
              encode('b' || i) AS b, i % 2 = 0 AS ok, DATE '2026-01-01' + (i % 300)::INTEGER AS day
            FROM range(<n>) AS t(i)""";

    @TempDir
    static Path directory;

    private Replica replica;
    private Path root;
    private Path scratch;
    private long quietMegabytes;

    @BeforeAll
    void start() throws Exception {
        root = Files.createDirectories(directory.resolve("root"));
        scratch = Files.createDirectories(directory.resolve("scratch"));
        replica = Replica.start(Map.of(
                "sluice.root", root.toString(),
                "sluice.scratch", scratch.toString(),
                "sluice.memory", "512MB",
                "sluice.limits.head-time", "5s",
                "sluice.limits.bytes-in-flight", "64MB"));
        create("storm.calm", "id long");
        for (int round = 0; round < 20; round++) {
            post("storm.calm", ARROW, Bodies.arrow("SELECT 1::BIGINT AS id")).expect(200);
            post("storm.calm", PARQUET, Bodies.parquet("SELECT 1::BIGINT AS id"))
                    .expect(200);
            call("GET", "/v1/tables/storm.calm/rows").send().expect(200);
        }
    }

    @AfterAll
    void stop() {
        replica.close();
    }

    /// What the process holds after it has met the worst once: heap and buffers that it keeps for the next one.
    private void measure() throws Exception {
        quietMegabytes = residentMegabytes();
    }

    @AfterEach
    void lives() throws Exception {
        long begunNanos = System.nanoTime();
        post("storm.calm", "application/json", Bodies.utf8("[{\"id\":1}]")).expect(200);
        call("GET", "/v1/tables/storm.calm/count")
                .query("where", "id = 1")
                .send()
                .expect(200);
        call("GET", "/v1/tables/storm.calm/rows").query("limit", 1).send().expect(200);
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(SOON);
        // Places and bytes of those who were refused are free again.
        post("storm.calm", "application/json", large()).expect(200);
        assertThat(Trees.listing(scratch).keySet()).noneMatch(name -> name.contains("body-"));
        long keptMegabytes;
        long freedNanos = System.nanoTime();
        do {
            keptMegabytes = residentMegabytes() - quietMegabytes;
        } while (keptMegabytes >= KEPT_MEGABYTES && System.nanoTime() - freedNanos < GIVEN_BACK.toNanos());
        System.out.printf(
                "resident: %d MB before, %+d MB after; instances of DuckDB that were replaced: %s%n",
                quietMegabytes, keptMegabytes, metric("sluice_compute_replaced_total"));
        assertThat(keptMegabytes).isLessThan(KEPT_MEGABYTES);
    }

    /// 60 MiB, of which each row has one.
    private static byte[] large() {
        byte[] large = new byte[60 << 20];
        Arrays.fill(large, (byte) ' ');
        byte[] row = Bodies.utf8("{\"id\":2},");
        for (int at = 0; at < large.length; at += 1 << 20) {
            System.arraycopy(row, 0, large, at + 1, row.length);
        }
        large[0] = '[';
        large[large.length - (1 << 20) + row.length] = ' ';
        large[large.length - 1] = ']';
        return large;
    }

    /// What the process still needs: the free parts of its heaps, Java's and the C library's, are given back first.
    private long residentMegabytes() throws IOException, InterruptedException {
        diagnose("GC.run");
        diagnose("System.trim_native_heap");
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(replica.pid())).start();
        String kilobytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertThat(ps.waitFor()).as("the process is gone: %s", replica.output()).isZero();
        return Long.parseLong(kilobytes.strip()) >> 10;
    }

    private void diagnose(String command) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(replica.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        String told = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(jcmd.waitFor()).as(told).isZero();
    }

    private String metric(String name) {
        return call("GET", "/actuator/prometheus")
                .send()
                .text()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElse("");
    }

    private Call call(String method, String path) {
        return new Call(replica.base(), method, path);
    }

    private void create(String name, String columns) {
        call("POST", "/v1/tables")
                .json("{\"name\":\"" + name + "\",\"columns\":" + Table.columns(columns.split("\\|")) + "}")
                .send()
                .expect(201);
    }

    private Answer post(String table, String contentType, byte[] body) {
        return call("POST", "/v1/tables/" + table + "/rows")
                .body(contentType, body)
                .send();
    }

    private long count(String table) {
        return call("GET", "/v1/tables/" + table + "/count")
                .send()
                .expect(200)
                .json()
                .path("count")
                .asLong();
    }

    private static String rows(int count) {
        return ROWS.replace("<n>", Integer.toString(count));
    }

    private static Mutations parquet() throws Exception {
        var wholes = new ArrayList<byte[]>();
        for (String options : List.of(
                "",
                ", COMPRESSION zstd",
                ", COMPRESSION gzip",
                ", COMPRESSION lz4_raw",
                ", COMPRESSION uncompressed",
                ", PARQUET_VERSION v2",
                ", ROW_GROUP_SIZE 2048",
                ", DICTIONARY_SIZE_LIMIT 1")) {
            wholes.add(Bodies.parquet(rows(3_000), options));
            wholes.add(Bodies.parquet("SELECT range AS id FROM range(100)", options));
        }
        return new Mutations(wholes);
    }

    private static Mutations arrow() throws Exception {
        return new Mutations(List.of(
                Bodies.arrow(rows(2_000)),
                Bodies.arrow(rows(3)),
                Bodies.arrow("SELECT range AS id FROM range(100)"),
                Bodies.arrow("SELECT range AS id, 'x'::ENUM('x', 'y') AS name FROM range(100)")));
    }

    /// Sends so many damaged bodies, and measures after the first of them; what is still rows is counted.
    private void send(String table, String contentType, Mutations mutations, int bodies) throws Exception {
        create(table, COLUMNS);
        long first = send(table, contentType, mutations, 0, FIRST);
        measure();
        long more = send(table, contentType, mutations, FIRST, bodies);
        assertThat(count(table)).isEqualTo(first + more);
    }

    private long send(String table, String contentType, Mutations mutations, int from, int to) throws Exception {
        var answers = new TreeMap<Integer, AtomicLong>();
        var wrong = new ConcurrentLinkedQueue<String>();
        var taken = new AtomicLong();
        var next = new AtomicLong(from);
        Together.run(CLIENTS, client -> {
            for (long body = next.getAndIncrement(); body < to; body = next.getAndIncrement()) {
                Answer answer = post(table, contentType, mutations.damaged(SEED + body));
                synchronized (answers) {
                    answers.computeIfAbsent(answer.status(), _ -> new AtomicLong())
                            .incrementAndGet();
                }
                if (answer.status() == 200) {
                    taken.addAndGet(answer.json().path("rows").asLong());
                } else if (!List.of(400, 413, 422).contains(answer.status())) {
                    wrong.add("seed " + (SEED + body) + ": " + answer.status() + " " + answer.text());
                }
            }
            return client;
        });
        System.out.printf("%d damaged bodies of %s: %s%n", to - from, contentType, answers);
        assertThat(wrong).isEmpty();
        return taken.get();
    }

    @Test
    void damaged_arrow_streams() throws Exception {
        send("storm.arrow", ARROW, arrow(), ARROW_BODIES);
    }

    @Test
    void damaged_parquet_bodies() throws Exception {
        send("storm.parquet", PARQUET, parquet(), PARQUET_BODIES);
    }

    /// A table whose only file is damaged is read, or told to be corrupt; others are read beside it.
    @Test
    void damaged_parquet_files_of_tables() throws Exception {
        create("storm.whole", COLUMNS);
        Mutations mutations = parquet();
        read(mutations, 0, FIRST);
        measure();
        read(mutations, FIRST, PARQUET_FILES);
    }

    private void read(Mutations mutations, int from, int to) throws Exception {
        var wrong = new ConcurrentLinkedQueue<String>();
        var answers = new TreeMap<Integer, AtomicLong>();
        var next = new AtomicLong(from);
        Together.run(CLIENTS, client -> {
            for (long file = next.getAndIncrement(); file < to; file = next.getAndIncrement()) {
                long seed = SEED + file;
                String name = damagedTable(mutations.damaged(seed), file);
                for (Call call : List.of(
                        call("GET", "/v1/tables/" + name + "/rows").accept("text/csv"),
                        call("GET", "/v1/tables/" + name + "/count").query("where", "id > 5 AND name LIKE 'n%'"),
                        call("GET", "/v1/tables/" + name + "/rows").query("where", "id = 7"),
                        call("DELETE", "/v1/tables/" + name + "/rows").query("where", "id = 8"))) {
                    String told = told(call);
                    synchronized (answers) {
                        answers.computeIfAbsent(Integer.parseInt(told.substring(0, 3)), _ -> new AtomicLong())
                                .incrementAndGet();
                    }
                    if (!told.matches("(?s)200.*|000.*|(409|413|422|500) /problems/(?!internal).*")) {
                        wrong.add("seed " + seed + ": " + told);
                    }
                }
            }
            return client;
        });
        System.out.printf("%d damaged files: %s%n", to - from, answers);
        assertThat(wrong).isEmpty();
    }

    /// `000` where a stream broke off.
    private static String told(Call call) {
        try {
            Answer answer = call.trySend();
            return answer.status() + " "
                    + (answer.status() == 200 ? "" : answer.json().path("type").asString("") + " " + answer.text());
        } catch (IOException broken) {
            return "000 " + broken;
        }
    }

    private String damagedTable(byte[] file, long number) {
        Path table = root.resolve("storm/damaged" + number);
        Trees.copy(root.resolve("storm/whole"), table);
        try {
            Files.write(table.resolve("part.parquet"), file);
            Files.writeString(
                    table.resolve("_delta_log/00000000000000000001.json"),
                    "{\"add\":{\"path\":\"part.parquet\",\"partitionValues\":{},\"size\":" + file.length
                            + ",\"modificationTime\":1,\"dataChange\":true}}\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return "storm.damaged" + number;
    }

    /// Few bytes that become many: in each coding, each format, and both.
    @Test
    void bombs() throws Exception {
        create("storm.bombs", "id long|name string");
        throwBombs();
        measure();
        for (int round = 0; round < ROUNDS; round++) {
            throwBombs();
        }
        assertThat(count("storm.bombs")).isZero();
    }

    private void throwBombs() throws Exception {
        byte[] blanks = new byte[200 << 20];
        Arrays.fill(blanks, (byte) ' ');
        for (String coding : List.of("gzip", "zstd")) {
            byte[] bomb = coding.equals("gzip") ? Bodies.gzip(blanks) : Bodies.zstd(blanks);
            for (String type : List.of("application/json", "application/x-ndjson", "text/csv", ARROW, PARQUET)) {
                refuses(type, bomb, coding);
            }
        }
        refuses("application/json", Bodies.zstdWithWindow(new byte[1 << 20], 30), "zstd");
        // A gigabyte and more of rows in a megabyte.
        refuses(PARQUET, Bodies.parquet("SELECT 7::BIGINT AS id FROM range(20000000)", ", COMPRESSION zstd"), "");
        refuses(
                PARQUET,
                Bodies.parquet(
                        "SELECT 1::BIGINT AS id, repeat('x', 20000000) AS name FROM range(20)", ", COMPRESSION zstd"),
                "");
        refuses("application/json", Bodies.utf8("[".repeat(5 << 20)), "");
        refuses("application/json", Bodies.utf8("{\"a\":".repeat(1 << 20)), "");
        refuses("application/x-ndjson", Bodies.utf8("{\"id\":" + "9".repeat(10 << 20) + "}"), "");
        refuses("text/csv", Bodies.utf8("id,name\n1,\"" + "x".repeat(10 << 20)), "");
    }

    private void refuses(String contentType, byte[] body, String coding) {
        Call call = call("POST", "/v1/tables/storm.bombs/rows").body(contentType, body);
        Answer answer = (coding.isEmpty() ? call : call.header("Content-Encoding", coding)).send();
        assertThat(answer.status())
                .as("%s %s: %s\n%s", contentType, coding, answer.text(), replica.output())
                .isIn(400, 413, 422);
    }

    /// Each sends a byte now and then, of its head or of its body. Whoever asks meanwhile is answered.
    @Test
    void connections_that_dribble() throws Exception {
        create("storm.slow", "id long");
        measure();
        try (var dribblers = new Dribblers(replica.base(), "/v1/tables/storm.slow/rows", DRIBBLERS)) {
            for (int round = 0; round < 5; round++) {
                dribblers.dribble();
                long begunNanos = System.nanoTime();
                call("GET", "/v1/tables/storm.calm/rows")
                        .query("limit", 1)
                        .send()
                        .expect(200);
                assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(SOON);
            }
            if (LongRuns.areAsked()) {
                dribblers.untilCutOff();
                assertThat(dribblers.answers()).isNotEmpty();
            }
            assertThat(dribblers.answers()).allMatch(answer -> answer.matches("(408|503).*"));
        }
        assertThat(count("storm.slow")).isZero();
    }
}
