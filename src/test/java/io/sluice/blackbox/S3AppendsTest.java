package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.DroppingProxy;
import io.sluice.storage.S3Proxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The same promises on an object store, also when the answers to its puts are lost. The store keeps objects as files,
/// so the test looks at them without the service.
class S3AppendsTest {

    private static final Pattern LOG_ENTRY = Pattern.compile(".*/_delta_log/\\d{20}\\.json");

    @TempDir
    static Path directory;

    private static S3Proxy store;

    @TempDir
    Path scratch;

    @BeforeAll
    static void startStore() throws IOException {
        store = S3Proxy.start(directory);
    }

    @AfterAll
    static void stopStore() {
        store.close();
    }

    /// @param prefix in the bucket, below which the tables lie
    private RunningSluice start(URI endpoint, String prefix) {
        Path files = directory.resolve("buckets").resolve(S3Proxy.BUCKET).resolve(prefix);
        return RunningSluice.start(
                files,
                Map.of(
                        "sluice.root",
                        "s3a://" + S3Proxy.BUCKET + "/" + prefix,
                        "sluice.scratch",
                        scratch.toString(),
                        "sluice.s3.endpoint",
                        endpoint.toString(),
                        "sluice.s3.region",
                        "us-east-1",
                        "sluice.s3.pathStyleAccess",
                        "true"));
    }

    @Test
    void a_table_lives_on_s3() throws Exception {
        try (RunningSluice sluice = start(store.endpoint(), "life")) {
            Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string");
            table.append("[{\"id\":1,\"p\":\"a b%/ü\"},{\"id\":2,\"p\":null}]");
            table.append("[{\"id\":3,\"p\":\"a b%/ü\"}]");
            assertThat(table.content())
                    .containsExactly(
                            "{\"id\":1,\"p\":\"a b%/ü\"}", "{\"id\":2,\"p\":null}", "{\"id\":3,\"p\":\"a b%/ü\"}");
            assertThat(table.get("/count")
                            .query("version", 1)
                            .send()
                            .expect(200)
                            .json()
                            .path("count")
                            .asInt())
                    .isEqualTo(2);
            assertThat(table.get("/history")
                            .send()
                            .expect(200)
                            .json()
                            .path("commits")
                            .size())
                    .isEqualTo(3);
            assertThat(sluice.get("/v1/tables").send().expect(200).text()).contains(table.name());
            sluice.delete(table.path()).query("purge", true).send().expect(204);
            table.rows().send().expectProblem(404, "table-not-found");
        }
    }

    @Test
    void no_acknowledged_row_is_lost_or_doubled() throws Exception {
        try (RunningSluice sluice = start(store.endpoint(), "plain")) {
            Table table = Table.of(sluice, "id long");
            ConcurrentAppendsTest.postAndCompare(table);
        }
    }

    @Test
    void nothing_is_lost_or_doubled_when_the_answer_to_each_log_put_is_lost_once() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (DroppingProxy proxy = DroppingProxy.start(
                        store.endpoint(),
                        exchange -> exchange.method().equals("PUT")
                                && LOG_ENTRY.matcher(exchange.path()).matches()
                                && seen.add(exchange.path()));
                RunningSluice sluice = start(proxy.endpoint(), "dropped")) {
            Table table = Table.of(sluice, "id long");
            ConcurrentAppendsTest.postAndCompare(table);
            assertThat(proxy.dropped()).hasSize((int) table.version() + 1);
        }
    }

    @Test
    void transactions_and_v2_checkpoints_live_on_s3_too() throws Exception {
        String name;
        try (RunningSluice sluice = start(store.endpoint(), "transactions")) {
            Table table = Table.with(
                    sluice,
                    ",\"properties\":{\"delta.checkpointPolicy\":\"v2\",\"delta.feature.v2Checkpoint\":\"supported\"}",
                    "id long");
            name = table.name();
            String given = begin(table);
            table.sluice()
                    .post(table.path() + "/transactions/" + given + "/rows")
                    .json("[{\"id\":9}]")
                    .send()
                    .expect(200);
            sluice.delete(table.path() + "/transactions/" + given).send().expect(204);
            String id = begin(table);
            for (int row = 1; row <= 3; row++) {
                sluice.post(table.path() + "/transactions/" + id + "/rows")
                        .header("Idempotency-Key", "batch-" + row)
                        .json("[{\"id\":" + row + "}]")
                        .send()
                        .expect(200);
            }
            assertThat(table.count()).isZero();
            sluice.post(table.path() + "/transactions/" + id + "/commit").send().expect(200);
            assertThat(table.files().keySet())
                    .noneMatch(file -> file.startsWith("_sluice"))
                    .filteredOn(file -> file.endsWith(".parquet"))
                    .hasSize(3);
            sluice.post(table.path() + "/checkpoint")
                    .header("Prefer", "wait=20")
                    .json("{}")
                    .send()
                    .expect(200);
        }
        try (RunningSluice restarted = start(store.endpoint(), "transactions")) {
            Table table = new Table(restarted, name);
            assertThat(Trees.listing(table.directory().resolve("_delta_log")).keySet())
                    .anyMatch(file -> file.matches("\\d{20}\\.checkpoint\\.[0-9a-f-]{36}\\.json"))
                    .anyMatch(file -> file.startsWith("_sidecars/"));
            assertThat(table.content()).containsExactly("{\"id\":1}", "{\"id\":2}", "{\"id\":3}");
        }
    }

    private static String begin(Table table) {
        return table.sluice()
                .post(table.path() + "/transactions")
                .send()
                .expect(201)
                .json()
                .path("id")
                .asString("");
    }

    @Test
    void two_services_race_on_one_bucket() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (DroppingProxy proxy = DroppingProxy.start(
                        store.endpoint(),
                        exchange -> exchange.method().equals("PUT")
                                && LOG_ENTRY.matcher(exchange.path()).matches()
                                && exchange.status() == 200
                                && seen.add(exchange.path()));
                RunningSluice first = start(proxy.endpoint(), "race");
                RunningSluice second = start(store.endpoint(), "race")) {
            Table table = Table.of(first, "id long");
            Table same = new Table(second, table.name());
            Together.run(8, client -> ConcurrentAppendsTest.post(client % 2 == 0 ? table : same, client));
            assertThat(ForeignReader.longs(table.directory(), "id")).isEqualTo(ConcurrentAppendsTest.ids(8));
            JsonNode shown = table.show();
            assertThat(shown.path("statistics").path("rows").asInt()).isEqualTo(8 * ConcurrentAppendsTest.POSTS);
        }
    }
}
