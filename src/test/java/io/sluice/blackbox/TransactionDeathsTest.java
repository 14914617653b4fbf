package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// A replica dies in the midst of a transaction over many requests; the client repeats the step, with its key, at
/// another one, and goes on.
@Tag("long-runs")
class TransactionDeathsTest {

    private static final int POINTS = LongRuns.size("sluice.transaction-deaths.points", 2, 6);
    private static final int BATCHES = 3;

    @TempDir
    Path root;

    /// All of them on demand; some others each time in a build.
    static List<CrashPoint> points() {
        List<CrashPoint> all = Arrays.stream(CrashPoint.values())
                .filter(CrashPoint::isOfTransactions)
                .toList();
        int first = ThreadLocalRandom.current().nextInt(all.size());
        return Stream.concat(all.stream().skip(first), all.stream().limit(first))
                .limit(POINTS)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("points")
    void its_rows_are_one_version_wherever_a_replica_dies(CrashPoint point) throws Exception {
        Map<String, String> settings = Map.of("sluice.root", root.toString());
        int occurrence =
                point == CrashPoint.BETWEEN_STAGED_FILE_AND_ITS_BATCH || point == CrashPoint.BETWEEN_BATCH_AND_ANSWER
                        ? 2
                        : 1;
        try (Replica mortal = Replica.mortal(settings, point, occurrence);
                Replica other = Replica.start(settings)) {
            mortal.base();
            other.base();
            new Call(other.base(), "POST", "/v1/tables")
                    .json("{\"name\":\"deaths.t\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                    .send()
                    .expect(201);
            String table = "/v1/tables/deaths.t";
            Answer begun = new Call(mortal.base(), "POST", table + "/transactions")
                    .send()
                    .expect(201);
            String transaction =
                    table + "/transactions/" + begun.json().path("id").asString();
            for (int batch = 0; batch < BATCHES; batch++) {
                assertThat(step(mortal, other, transaction + "/rows", "key-" + batch, "[{\"id\":" + batch + "}]")
                                .path("rows")
                                .asInt())
                        .isEqualTo(1);
                assertThat(ForeignReader.longs(root.resolve("deaths/t"), "id")).isEmpty();
            }
            assertThat(step(mortal, other, transaction + "/commit", "commit", "")
                            .path("version")
                            .asLong())
                    .isEqualTo(1);
            // The replica is dead by now, or its clean-up comes to the point after the answer.
            assertThat(mortal.onExit().get(60, TimeUnit.SECONDS).exitValue()).isEqualTo(137);
            assertThat(ForeignReader.longs(root.resolve("deaths/t"), "id"))
                    .isEqualTo(LongStream.range(0, BATCHES).boxed().toList());
            assertThat(step(other, other, transaction + "/commit", "commit", "")
                            .path("version")
                            .asLong())
                    .isEqualTo(1);
            assertThat(Fleet.contiguousVersions(root.resolve("deaths/t"))).isEqualTo(2);
            assertThat(dataFiles()).isBetween((long) BATCHES, BATCHES + 1L);
        }
    }

    /// Sends it to one replica and, when that is dead, again to the other.
    private static JsonNode step(Replica mortal, Replica other, String path, String key, String json) {
        try {
            return call(mortal, path, key, json).trySend().expect(200).json();
        } catch (IOException dead) {
            return call(other, path, key, json).send().expect(200).json();
        }
    }

    private static Call call(Replica replica, String path, String key, String json) {
        Call call = new Call(replica.base(), "POST", path);
        return json.isEmpty() ? call : call.header("Idempotency-Key", key).json(json);
    }

    private long dataFiles() throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("deaths/t"))) {
            return files.filter(file -> file.toString().endsWith(".parquet")).count();
        }
    }
}
