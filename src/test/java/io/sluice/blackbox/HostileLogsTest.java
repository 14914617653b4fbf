package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import io.sluice.storage.S3Proxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs that name what is not the table's: no byte of it is read, no file of it is touched, and no address is called,
/// by no request and no operation.
@Tag("long-runs")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileLogsTest {

    private static final long SECRET = 4_242_424_242L;
    private static final String VECTORS =
            ",\"properties\":{\"delta.enableDeletionVectors\":\"true\"," + "\"delta.enableChangeDataFeed\":\"true\"}";

    /// Ways to say a file that is not the table's; `<f>` is its name, `<trap>` the trap, `<out>` a directory elsewhere,
    /// `<table>` the name of the table.
    private static final List<String> PATHS = List.of(
            "http://<trap>/<f>",
            "HTTP://<trap>/<f>",
            "https://<trap>/<f>",
            "ftp://<trap>/<f>",
            "hdfs://<trap>/<f>",
            "webhdfs://<trap>/<f>",
            "har://http-<trap>/x.har/<f>",
            "viewfs://<trap>/<f>",
            "jar:http://<trap>/x.jar!/<f>",
            "abfss://c@<trap>/<f>",
            "gs://<trap>/<f>",
            "s3://<trap>/<f>",
            "s3a://somebody/<f>",
            "s3a://somebody@<trap>/<f>",
            "//<trap>/<f>",
            "\\\\<trap>\\<f>",
            "file://<trap><out>/<f>",
            "file:<out>/<f>",
            "file://<out>/<f>",
            "FILE:<out>/<f>",
            "<out>/<f>",
            "/<out>/<f>",
            "../../../outside/<f>",
            "%2e%2e/%2e%2e/%2e%2e/outside/<f>",
            "..%2f..%2f..%2foutside%2f<f>",
            "%2E%2E%2F%2E%2E%2F%2E%2E%2Foutside/<f>",
            "x/../../../../outside/<f>",
            "./../../../outside/<f>",
            "..//..//..//outside//<f>",
            "%252e%252e/%252e%252e/%252e%252e/outside/<f>",
            "..\\..\\..\\outside\\<f>",
            "../<table>-evil/<f>",
            "%2e%2e/<table>-evil/<f>",
            "%00<out>/<f>",
            "<out>%00/<f>",
            "~/<f>",
            "$HOME/<f>",
            "${sys:user.home}/<f>");

    @TempDir
    static Path directory;

    private Trap trap;
    private Replica replica;
    private Path root = Path.of("");
    private Path victim = Path.of("");
    private Path outside = Path.of("");
    private int made;
    private Map<String, Long> untouched = Map.of();

    /// A process of its own, which has credentials for a store that is the trap.
    @BeforeAll
    void start() throws Exception {
        trap = new Trap();
        root = Files.createDirectories(directory.resolve("root"));
        replica = Replica.start(Map.of(
                "sluice.root", root.toString(),
                "sluice.scratch", directory.resolve("scratch").toString(),
                "sluice.vacuum.least-retention", "0s",
                "sluice.vacuum.retention-check", "false",
                "sluice.s3.endpoint", "http://" + trap.authority(),
                "sluice.s3.region", "us-east-1",
                "sluice.s3.path-style-access", "true"));
        create("scenario.template", VECTORS);
        post("scenario.template", "[{\"id\":1},{\"id\":2}]");
        create("scenario.secret", VECTORS);
        post("scenario.secret", "[{\"id\":" + SECRET + "},{\"id\":7}]");
        call("DELETE", "/v1/tables/scenario.secret/rows")
                .query("where", "id = 7")
                .send()
                .expect(200);
        outside = Files.createDirectories(directory.resolve("outside"));
        Trees.copy(root.resolve("scenario/secret"), outside);
    }

    /// Nothing that is secret is in the log, whatever went wrong.
    @AfterAll
    void stop() throws IOException {
        assertThat(replica.output()).doesNotContain(S3Proxy.SECRET_KEY, Long.toString(SECRET));
        replica.close();
        trap.close();
    }

    /// A table that nobody has opened yet, beside one whose name begins alike.
    @BeforeEach
    void copy() {
        victim = root.resolve("scenario/victim" + ++made);
        Trees.copy(root.resolve("scenario/template"), victim);
        Trees.copy(root.resolve("scenario/secret"), Path.of(victim + "-evil"));
        untouched = foreign();
    }

    /// What is not the victim's.
    private Map<String, Long> foreign() {
        Map<String, Long> files = Trees.listing(outside);
        files.putAll(Trees.listing(Path.of(victim + "-evil")));
        return files;
    }

    private Call call(String method, String path) {
        return new Call(replica.base(), method, path);
    }

    private void create(String name, String members) {
        call("POST", "/v1/tables")
                .json("{\"name\":\"" + name + "\",\"columns\":" + Table.columns("id long") + members + "}")
                .send()
                .expect(201);
    }

    private void post(String name, String rows) {
        call("POST", "/v1/tables/" + name + "/rows").json(rows).send().expect(200);
    }

    private String secretFile(String suffix) {
        return Trees.listing(outside).keySet().stream()
                .filter(name -> name.endsWith(suffix) && !name.contains("/"))
                .findFirst()
                .orElseThrow();
    }

    /// Those of [#PATHS] that are tried.
    static Stream<String> paths() {
        // In a build every fourth: each asks for everything that the service can do with a table.
        int step = LongRuns.areAsked() ? 1 : 4;
        return IntStream.iterate(0, at -> at < PATHS.size(), at -> at + step).mapToObj(PATHS::get);
    }

    private String named(String path, String file) {
        return path.replace("<f>", file)
                .replace("<trap>", trap.authority())
                .replace("<table>", victim.getFileName().toString())
                .replace("<out>", outside.toString());
    }

    private void commit(String... actions) throws IOException {
        Files.writeString(victim.resolve("_delta_log/00000000000000000002.json"), String.join("\n", actions) + "\n");
    }

    private static String quoted(String text) {
        return Answer.JSON.writeValueAsString(text);
    }

    private static String add(String path, String vector) {
        return "{\"add\":{\"path\":" + quoted(path) + ",\"partitionValues\":{},\"size\":800,\"modificationTime\":1,"
                + "\"dataChange\":true,\"stats\":\"{\\\"numRecords\\\":2}\"" + vector + "}}";
    }

    private static String remove(String path) {
        return "{\"remove\":{\"path\":" + quoted(path) + ",\"deletionTimestamp\":1,\"dataChange\":true,\"size\":800,"
                + "\"extendedFileMetadata\":true,\"partitionValues\":{}}}";
    }

    private static String change(String path) {
        return "{\"cdc\":{\"path\":" + quoted(path) + ",\"partitionValues\":{},\"size\":800,\"dataChange\":false}}";
    }

    private String ownFile() throws IOException {
        try (Stream<Path> files = Files.list(victim)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".parquet"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// Everything that opens files of a table, or removes them.
    private List<Call> everything() {
        String table = "/v1/tables/scenario." + victim.getFileName();
        var calls = new ArrayList<Call>();
        calls.add(call("GET", table));
        calls.add(call("GET", table + "/rows"));
        calls.add(call("GET", table + "/rows").accept("application/x-ndjson"));
        calls.add(call("GET", table + "/count").query("where", "id > 0"));
        calls.add(call("GET", table + "/changes").query("fromVersion", 2));
        calls.add(call("GET", table + "/history/2"));
        calls.add(call("POST", table + "/rows").json("[{\"id\":3}]"));
        calls.add(call("DELETE", table + "/rows").query("where", "id = " + SECRET));
        calls.add(call("PATCH", table + "/rows").json("{\"where\":\"true\",\"set\":{\"id\":9}}"));
        for (String operation : List.of(
                "optimize {}",
                "repair {\"dryRun\":false}",
                "restore {\"version\":2}",
                "checkpoint {}",
                "vacuum {\"retention\":\"PT0S\",\"full\":true}",
                "vacuum {\"retention\":\"PT0S\"}")) {
            String[] parts = operation.split(" ", 2);
            calls.add(call("POST", table + "/" + parts[0]).json(parts[1]).header("Prefer", "wait=20"));
        }
        return calls;
    }

    private void nothingOutsideIsTouched() {
        for (Call call : everything()) {
            Answer answer = call.send();
            assertThat(answer.text()).as(answer.request()).doesNotContain(Long.toString(SECRET));
            assertThat(answer.text()).as(answer.request()).doesNotContain("/problems/internal");
            if (answer.status() >= 400) {
                answer.expectProblem(
                        answer.status(), answer.json().path("type").asString("").replace("/problems/", ""));
            }
        }
        assertThat(trap.caught()).isEmpty();
        assertThat(foreign()).isEqualTo(untouched);
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_data_file_elsewhere(String path) throws IOException {
        commit(add(named(path, secretFile(".parquet")), ""));
        nothingOutsideIsTouched();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void removed_files_and_changes_elsewhere(String path) throws IOException {
        String file = named(path, secretFile(".parquet"));
        commit(change(file), remove(file));
        nothingOutsideIsTouched();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_deletion_vector_elsewhere(String path) throws IOException {
        String file = named(path, secretFile(".bin"));
        commit(add(
                ownFile(),
                ",\"deletionVector\":{\"storageType\":\"p\",\"pathOrInlineDv\":" + quoted(file)
                        + ",\"offset\":1,\"sizeInBytes\":34,\"cardinality\":1}"));
        nothingOutsideIsTouched();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../outside",
                "..",
                "../<table>-evil",
                "%2e%2e",
                "http://<trap>",
                "/etc",
                "file:",
                "x/../.."
            })
    void a_deletion_vector_with_a_prefix_that_leads_elsewhere(String prefix) throws IOException {
        commit(add(
                ownFile(),
                ",\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\"" + named(prefix, "x")
                        + "ab^-aqEH.-t@S}K{vb[*\",\"offset\":1,\"sizeInBytes\":34,\"cardinality\":1}"));
        nothingOutsideIsTouched();
    }

    @ParameterizedTest
    @MethodSource("paths")
    void a_part_of_a_checkpoint_elsewhere(String path) throws IOException {
        UnaryOperator<String> sidecar = name ->
                "{\"sidecar\":{\"path\":\"" + name + ",\"sizeInBytes\":800,\"modificationTime\":1,\"tags\":{}}}";
        Path log = victim.resolve("_delta_log");
        var lines = new ArrayList<String>();
        lines.add("{\"checkpointMetadata\":{\"version\":2,\"tags\":{}}}");
        for (String line : Files.readAllLines(log.resolve("00000000000000000000.json"))) {
            if (line.startsWith("{\"metaData\"")) {
                lines.add(line);
            }
        }
        lines.add(
                "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,"
                        + "\"readerFeatures\":[\"deletionVectors\",\"v2Checkpoint\"],"
                        + "\"writerFeatures\":[\"deletionVectors\",\"v2Checkpoint\",\"changeDataFeed\",\"appendOnly\",\"invariants\"]}}");
        lines.add(sidecar.apply(named(path, secretFile(".parquet"))));
        try (Stream<Path> files = Files.list(log)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        String name = "00000000000000000002.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json";
        Files.writeString(log.resolve(name), String.join("\n", lines) + "\n");
        commit("{\"commitInfo\":{\"timestamp\":1,\"operation\":\"X\"}}");
        Files.writeString(log.resolve("_last_checkpoint"), "{\"version\":2,\"size\":4}");
        nothingOutsideIsTouched();
    }

    /// A shallow clone names files of its source, below the root, by absolute paths. They are read, and stay.
    @Test
    void files_of_a_neighbour_that_an_absolute_path_names_are_never_deleted() throws IOException {
        String file = victim + "-evil/" + secretFile(".parquet");
        commit(add(file, ""));
        Files.writeString(victim.resolve("_delta_log/00000000000000000003.json"), remove(file) + "\n");

        for (Call call : everything()) {
            call.send();
        }

        assertThat(foreign()).isEqualTo(untouched);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"version\":2,\"size\":1,\"v2Checkpoint\":{\"path\":\"http://<trap>/x\",\"sizeInBytes\":1,\"modificationTime\":1,\"sidecarFiles\":[{\"path\":\"http://<trap>/y\",\"sizeInBytes\":1,\"modificationTime\":1}]}}",
                "{\"version\":9223372036854775807,\"size\":1}",
                "{\"version\":-1,\"size\":-1,\"parts\":-1}",
                "{\"version\":1,\"size\":1,\"parts\":2147483647}",
                "{\"version\":\"http://<trap>/x\"}",
                "[[[[[[",
                ""
            })
    void a_last_checkpoint_that_lies(String content) throws IOException {
        commit("{\"commitInfo\":{\"timestamp\":1,\"operation\":\"X\"}}");
        Files.writeString(victim.resolve("_delta_log/_last_checkpoint"), named(content, "x"));
        nothingOutsideIsTouched();
        assertThat(call("GET", "/v1/tables/scenario." + victim.getFileName() + "/count")
                        .query("version", 2)
                        .send()
                        .expect(200)
                        .json()
                        .path("count")
                        .asLong())
                .isEqualTo(2);
    }

    /// Sizes and counts that a vector's descriptor makes up cost nothing before they are checked.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"storageType\":\"i\",\"pathOrInlineDv\":\"wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L\",\"sizeInBytes\":2147483647,\"cardinality\":6",
                "\"storageType\":\"i\",\"pathOrInlineDv\":\"wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L\",\"sizeInBytes\":-1,\"cardinality\":6",
                "\"storageType\":\"i\",\"pathOrInlineDv\":\"wi5b=000010000siXQKl0rr91000f55c8Xg0@@D72lkbi5=-{L\",\"sizeInBytes\":40,\"cardinality\":9223372036854775807",
                "\"storageType\":\"i\",\"pathOrInlineDv\":\"\",\"sizeInBytes\":0,\"cardinality\":1",
                "\"storageType\":\"i\",\"pathOrInlineDv\":\"é\",\"sizeInBytes\":4,\"cardinality\":1",
                "\"storageType\":\"u\",\"pathOrInlineDv\":\"ab^-aqEH.-t@S}K{vb[*\",\"offset\":2147483647,\"sizeInBytes\":2147483647,\"cardinality\":1",
                "\"storageType\":\"u\",\"pathOrInlineDv\":\"ab^-aqEH.-t@S}K{vb[*\",\"offset\":-1,\"sizeInBytes\":34,\"cardinality\":1",
                "\"storageType\":\"u\",\"pathOrInlineDv\":\"\",\"offset\":1,\"sizeInBytes\":34,\"cardinality\":1",
                "\"storageType\":\"x\",\"pathOrInlineDv\":\"a\",\"sizeInBytes\":34,\"cardinality\":1"
            })
    void a_deletion_vector_that_lies(String descriptor) throws IOException {
        commit(add(ownFile(), ",\"deletionVector\":{" + descriptor + "}"));
        nothingOutsideIsTouched();
    }
}
