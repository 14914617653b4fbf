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
