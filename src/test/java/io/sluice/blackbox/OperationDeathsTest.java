package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// A replica that dies in the middle of an operation, after each change that the operation makes on storage: the table
/// is whole for another replica, which can do the operation again.
class OperationDeathsTest {

    private static final int MOST_CHANGES = 80;
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final String MEMBERS = ",\"partitionBy\":[\"p\"],\"properties\":{"
            + "\"delta.enableDeletionVectors\":\"true\",\"delta.enableChangeDataFeed\":\"true\","
            + "\"delta.checkpointInterval\":\"1000\"}";

    @TempDir
    static Path root;

    private static RunningSluice mortal;
    private static RunningSluice other;

    @BeforeAll
    static void start() {
        mortal = RunningSluice.startWith(root, SuddenDeath.Mortality.class);
        other = RunningSluice.start(root, Map.of());
    }

    @AfterAll
    static void stop() {
        mortal.close();
        other.close();
    }

    private enum Work {
        CHECKPOINT("checkpoint", "{}"),
        CHECKPOINT_V2("checkpoint", "{}"),
        OPTIMIZE("optimize", "{}"),
        Z_ORDER("optimize", "{\"zOrderBy\":[\"id\",\"v\"]}"),
        RESTORE("restore", "{\"version\":3}"),
        VACUUM("vacuum", "{}"),
        FULL_VACUUM("vacuum", "{\"full\":true}"),
        REPAIR("repair", "{\"dryRun\":false}");

        private final String kind;
        private final String body;

        Work(String kind, String body) {
            this.kind = kind;
            this.body = body;
        }
    }

    private static Table worked(Work work) throws IOException {
        String members = work == Work.CHECKPOINT_V2
                ? MEMBERS.replace(
                        "\"delta.checkpointInterval\"",
                        "\"delta.checkpointPolicy\":\"v2\",\"delta.checkpointInterval\"")
                : MEMBERS;
        Table table = Table.with(other, members, "id long", "v long", "p string");
        for (int i = 0; i < 3; i++) {
            table.append("[{\"id\":" + i + ",\"v\":" + 7 * i + ",\"p\":\"a\"},{\"id\":" + (10 + i) + ",\"p\":\"b\"}]");
        }
        other.delete(table.path() + "/rows").query("where", "id = 11").send().expect(200);
        other.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"p = 'a' AND id < 2\",\"set\":{\"v\":1}}")
                .send()
                .expect(200);
        switch (work) {
            case VACUUM, FULL_VACUUM -> {
                other.post(table.path() + "/optimize")
                        .header("Prefer", "wait=60")
                        .json("{}")
                        .send()
                        .expect(200);
                age(table);
            }
            case REPAIR -> {
                table.append("[{\"id\":77,\"p\":\"c\"}]");
                try (var files = Files.list(table.directory().resolve("p=c"))) {
                    Files.delete(files.findFirst().orElseThrow());
                }
            }
            case CHECKPOINT, CHECKPOINT_V2, OPTIMIZE, Z_ORDER, RESTORE -> {}
        }
        return table;
    }

    /// Everything about the table so far happened a month ago.
    private static void age(Table table) {
        try (var files = Files.walk(table.directory())) {
            Instant then = Instant.now().minus(Duration.ofDays(30));
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (file.toString().endsWith(".json")) {
                    String aged = Files.readString(file)
                            .replaceAll("\"deletionTimestamp\":\\d+", "\"deletionTimestamp\":" + then.toEpochMilli());
                    Files.writeString(file, aged);
                }
                Files.setLastModifiedTime(file, FileTime.from(then));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Comes back when the other replica can see that the operation has ended, and so begin it again.
    ///
    /// @return whether it died
    private static boolean dies(Table table, Work work, int changes) throws Exception {
        var there = new Table(mortal, table.name());
        assertThat(there.version()).isEqualTo(table.version());
        SuddenDeath death = SuddenDeath.after(table.name().replace('.', '/'), changes);
        String operation = mortal.post(table.path() + "/" + work.kind)
                .json(work.body)
                .send()
                .expect(202)
                .header("Location");
        String state = "queued";
        while (state.equals("queued") || state.equals("running")) {
            boolean unused = death.died().await(20, TimeUnit.MILLISECONDS);
            state = other.get(operation).send().expect(200).json().path("state").asString();
        }
        return death.hasCome();
    }

    @ParameterizedTest
    @EnumSource
    void after_each_change_of_an_operation_the_table_is_whole_and_it_can_be_done_again(Work work) throws Exception {
        int changes = 0;
        for (boolean died = true; died; changes++) {
            assertThat(changes).isLessThan(MOST_CHANGES);
            Table table = worked(work);
            List<String> before = work == Work.REPAIR ? List.of() : table.content();
            List<String> after = switch (work) {
                case RESTORE -> at(table, 3);
                case REPAIR -> at(table, table.version() - 1);
                default -> before;
            };
            died = dies(table, work, changes);
            String what = work + " that dies after " + changes + " changes";
            if (work != Work.REPAIR) {
                assertThat(table.content()).as(what).isIn(before, after);
            }
            JsonNode again = other.post(table.path() + "/" + work.kind)
                    .header("Prefer", "wait=60")
                    .json(work.body)
                    .send()
                    .expect(200)
                    .json();
            assertThat(again.path("state").asString()).as("%s: %s", what, again).isEqualTo("succeeded");
            assertThat(table.content()).as(what).isEqualTo(after);
            table.append("[{\"id\":500,\"p\":\"a\"}]");
            assertThat(table.count()).as(what).isEqualTo(after.size() + 1);
            assertThat(ForeignReader.commits(table.directory())).as(what).hasSize((int) table.version() + 1);
        }
        assertThat(changes).as("changes of %s", work).isGreaterThan(1);
    }

    private static List<String> at(Table table, long version) {
        return table.rows().query("version", version).accept("application/x-ndjson").send().expect(200).lines().stream()
                .map(JsonNode::toString)
                .sorted()
                .toList();
    }

    @Test
    void a_conversion_that_dies_can_be_sent_again() throws Exception {
        int changes = 0;
        for (boolean died = true; died; changes++) {
            String name = "converted.d" + NEXT.incrementAndGet();
            Path directory = root.resolve("landing").resolve(name);
            Files.createDirectories(directory);
            try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                    var statement = connection.createStatement()) {
                statement.execute("COPY (SELECT 1 AS id) TO '" + directory.resolve("1.parquet") + "' (FORMAT parquet)");
            }
            String body = "{\"name\":\"" + name + "\",\"location\":\"" + directory + "\",\"convertFrom\":\"parquet\"}";
            SuddenDeath death = SuddenDeath.after("landing/" + name, changes);
            int told = mortal.post("/v1/tables").json(body).send().status();
            died = death.hasCome();
            assertThat(told).isEqualTo(died ? 500 : 201);
            boolean isThere = Files.exists(directory.resolve("_delta_log/00000000000000000000.json"));
            Answer again = other.post("/v1/tables").json(body).send();
            assertThat(again.status()).isEqualTo(isThere ? 409 : 201);
            assertThat(new Table(other, name).content()).containsExactly("{\"id\":1}");
        }
        assertThat(changes).isGreaterThan(1);
    }
}
