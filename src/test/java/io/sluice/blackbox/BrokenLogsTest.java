package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Logs that another hand has damaged: never fewer rows in silence, never a commit on top, never a file outside the
/// table.
class BrokenLogsTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.unmade(sluice);

    /// Versions 0 to 3, as another writer leaves them: the service has not seen the table yet.
    @BeforeEach
    void write() {
        Table written = Table.of(sluice, "id long");
        written.append("[{\"id\":1}]");
        written.append("[{\"id\":2}]");
        written.append("[{\"id\":3}]");
        Trees.copy(written.directory(), table.directory());
    }

    private Path commit(int version) {
        return table.directory().resolve("_delta_log").resolve(String.format("%020d.json", version));
    }

    private void isCorrupt() {
        var files = table.files();
        table.rows().send().expectProblem(500, "table-corrupt");
        table.get("/count").send().expectProblem(500, "table-corrupt");
        table.get("").send().expectProblem(500, "table-corrupt");
        table.post().json("[{\"id\":4}]").send().expectProblem(500, "table-corrupt");
        assertThat(table.files()).isEqualTo(files);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void an_empty_commit(int version) throws IOException {
        Files.write(commit(version), new byte[0]);
        isCorrupt();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void a_truncated_commit(int version) throws IOException {
        byte[] content = Files.readAllBytes(commit(version));
        Files.write(commit(version), Arrays.copyOf(content, content.length - 20));
        isCorrupt();
    }

    @Test
    void a_last_commit_that_breaks_after_it_was_read() throws IOException {
        assertThat(table.count()).isEqualTo(3);
        Files.write(commit(4), new byte[0]);
        isCorrupt();
        Files.write(commit(4), "{\"commitInfo\":{}}\n{\"add\":{\"pa".getBytes(StandardCharsets.UTF_8));
        isCorrupt();
        Files.delete(commit(4));
        assertThat(table.count()).isEqualTo(3);
    }

    @Test
    void a_gap_in_the_log() throws IOException {
        Files.delete(commit(2));
        isCorrupt();
    }

    @Test
    void a_log_that_does_not_start() throws IOException {
        Files.delete(commit(0));
        isCorrupt();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../secret.parquet",
                "%2e%2e/%2e%2e/secret.parquet",
                "/etc/hostname",
                "file:///etc/hostname",
                "http://127.0.0.1:1/latest/meta-data/iam",
                "s3a://somebody/x.parquet",
                "a/../../x.parquet",
                "jar:file:/x.jar!/x",
                "hdfs://127.0.0.1:1/x",
                "\\u0000",
                "part%00.parquet",
                "//127.0.0.1/x",
                "har:///x"
            })
    void a_path_that_leads_out_of_the_table(String path) throws IOException {
        String line = "{\"add\":{\"path\":\"" + path
                + "\",\"partitionValues\":{},\"size\":800,\"modificationTime\":1,\"dataChange\":true,\"stats\":\"{\\\"numRecords\\\":1}\"}}\n";
        Files.writeString(commit(4), line);
        Answer answer = table.rows().send();
        assertThat(answer.status()).as(answer.text()).isIn(409, 422, 500);
        answer.expectProblem(
                answer.status(), answer.json().path("type").asString("").replace("/problems/", ""));
        assertThat(answer.text())
                .doesNotContain("127.0.0.1:1", "hostname", "secret")
                .contains("/problems/");
        Answer stream = table.rows().accept("application/x-ndjson").send();
        assertThat(stream.status()).as(stream.text()).isIn(409, 422, 500);
        assertThat(table.rows()
                        .query("version", 3)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(3);
    }

    @Test
    void a_table_below_a_neighbour_cannot_be_read_through_the_log(@TempDir Path elsewhere) throws IOException {
        Table secret = Table.of(sluice, "id long");
        secret.append("[{\"id\":42}]");
        String file = secret.files().keySet().stream()
                .filter(name -> name.endsWith(".parquet"))
                .findFirst()
                .orElseThrow();
        Path target = Files.copy(secret.directory().resolve(file), elsewhere.resolve("secret.parquet"));
        for (String path : new String[] {target.toUri().toString(), target.toString()}) {
            Files.deleteIfExists(commit(4));
            Files.writeString(
                    commit(4),
                    "{\"add\":{\"path\":\"" + path + "\",\"partitionValues\":{},\"size\":" + Files.size(target)
                            + ",\"modificationTime\":1,\"dataChange\":true}}\n");
            Answer answer = table.rows().query("version", 4).send();
            assertThat(answer.status()).as(answer.text()).isIn(409, 422, 500);
        }
    }

    @Test
    void a_data_file_that_is_gone() throws IOException {
        Path file = dataFile();
        Files.delete(file);
        table.rows().send().expectProblem(409, "files-missing");
        Answer stream = table.rows().accept("application/x-ndjson").send();
        assertThat(stream.status() == 409 || stream.lines().getLast().has("$problem"))
                .as(stream.text())
                .isTrue();
        assertThat(table.get("")
                        .send()
                        .expect(200)
                        .json()
                        .path("statistics")
                        .path("rows")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void a_data_file_that_is_damaged_does_not_stop_the_others() throws IOException {
        Path file = dataFile();
        byte[] content = Files.readAllBytes(file);
        for (int keep : new int[] {content.length / 2, 4, 0, content.length - 1}) {
            Files.write(file, Arrays.copyOf(content, keep));
            Table fresh = new Table(sluice, "scenario.damaged" + System.nanoTime());
            Trees.copy(table.directory(), fresh.directory());
            Answer answer = fresh.rows().send();
            assertThat(answer.status()).as(answer.text()).isIn(409, 500);
            answer.expectProblem(answer.status(), answer.status() == 409 ? "files-missing" : "table-corrupt");
            assertThat(Table.of(sluice, "id long")
                            .append("[{\"id\":1}]")
                            .path("rows")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void data_of_a_parquet_file_that_is_garbage() throws IOException {
        Path file = dataFile();
        byte[] content = Files.readAllBytes(file);
        for (int i = 4; i < content.length - 8; i++) {
            content[i] ^= (byte) 0x5a;
        }
        Files.write(file, content);
        JsonNode problem = table.rows().send().expectProblem(500, "table-corrupt");
        assertThat(problem.path("detail").asString())
                .contains(file.getFileName().toString());
        Table other = Table.of(sluice, "id long");
        other.append("[{\"id\":1}]");
        assertThat(other.content()).containsExactly("{\"id\":1}");
    }

    @Test
    void a_directory_without_a_log_is_no_table() throws IOException {
        Files.createDirectories(sluice.tableDirectory("scenario", "plain"));
        sluice.get("/v1/tables/scenario.plain").send().expectProblem(404, "table-not-found");
        Files.createDirectories(sluice.tableDirectory("scenario", "empty_log").resolve("_delta_log"));
        Answer answer = sluice.get("/v1/tables/scenario.empty_log").send();
        assertThat(answer.status()).isIn(404, 500);
        sluice.get("/v1/tables").send().expect(200);
    }

    @Test
    void a_commit_by_another_writer_is_seen_at_once() throws IOException {
        assertThat(table.count()).isEqualTo(3);
        String add = Files.readAllLines(commit(3)).stream()
                .filter(line -> line.startsWith("{\"add\""))
                .findFirst()
                .orElseThrow();
        String path = Answer.JSON.readTree(add).path("add").path("path").asString();
        String remove = "{\"remove\":{\"path\":\"" + path + "\",\"deletionTimestamp\":1,\"dataChange\":true}}\n";
        Files.writeString(commit(4), remove, StandardOpenOption.CREATE_NEW);
        assertThat(table.count()).isEqualTo(2);
        assertThat(table.append("[{\"id\":4}]").path("version").asInt()).isEqualTo(5);
        assertThat(table.content()).containsExactly("{\"id\":1}", "{\"id\":2}", "{\"id\":4}");
    }

    private Path dataFile() throws IOException {
        try (Stream<Path> files = Files.list(table.directory())) {
            return files.filter(path -> path.toString().endsWith(".parquet"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
    }
}
