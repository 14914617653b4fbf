package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// An optimize of a clustered table clusters it, and says so in the log.
class ClusteringTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private static JsonNode optimize(Table table, String body) {
        JsonNode ended = table.sluice()
                .post(table.path() + "/optimize")
                .header("Prefer", "wait=60")
                .json(body)
                .send()
                .expect(200)
                .json();
        assertThat(ended.path("state").asString()).as(ended.toString()).isEqualTo("succeeded");
        return ended.path("result");
    }

    private static Table clustered(RunningSluice sluice) {
        return Table.with(
                sluice,
                ",\"clusterBy\":[\"x\",\"s.y\"],\"properties\":{\"delta.columnMapping.mode\":\"name\"}",
                "x long",
                "s struct<y:string>",
                "pad string");
    }

    private static void fill(Table table, int from, int to) {
        var rows = new StringBuilder();
        for (int i = from; i < to; i++) {
            rows.append("{\"x\":")
                    .append(i % 1000 == 0 ? "null" : Integer.toString((int) (i * 7919L % 160_000)))
                    .append(",\"s\":{\"y\":\"")
                    .append(String.format("%06d", i * 104_729L % 160_000))
                    .append("\"},\"pad\":\"")
                    .append(Integer.toHexString(i * 0x9E3779B1))
                    .append(i)
                    .append("\"}\n");
        }
        table.post().ndjson(rows.toString()).send().expect(200);
    }

    private static List<JsonNode> added(Table table, long version) {
        try {
            return Files.readAllLines(table.directory().resolve(String.format("_delta_log/%020d.json", version)))
                    .stream()
                    .map(Answer.JSON::readTree)
                    .filter(action -> action.has("add"))
                    .map(action -> action.path("add"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long mayHold(List<JsonNode> files, String member, String from, String to) {
        return files.stream()
                .map(add -> Answer.JSON.readTree(add.path("stats").asString("{}")))
                .filter(stats -> {
                    String path = "/" + member;
                    String min = stats.path("minValues").at(path).asString("");
                    String max = stats.path("maxValues").at(path).asString("\uffff");
                    return min.compareTo(to) <= 0 && max.compareTo(from) >= 0;
                })
                .count();
    }

    @Test
    void files_lie_along_a_curve_and_are_marked_and_stay_until_new_ones_come() {
        Table table = clustered(sluice);
        fill(table, 0, 80_000);
        fill(table, 80_000, 160_000);
        JsonNode result = optimize(table, "{\"targetFileBytes\":16384}");
        assertThat(result.path("numFilesAdded").asInt()).isGreaterThan(5);
        List<JsonNode> files = added(table, result.path("version").asLong());
        assertThat(files).allSatisfy(file -> {
            assertThat(file.path("clusteringProvider").asString("")).isEqualTo("liquid");
            assertThat(file.path("tags").path("ZCUBE_ZORDER_BY").asString("")).isEqualTo("[\"x\",\"s.y\"]");
            assertThat(file.path("tags").path("ZCUBE_ID"))
                    .isEqualTo(files.getFirst().path("tags").path("ZCUBE_ID"));
            assertThat(file.path("dataChange").asBoolean(true)).isFalse();
        });
        assertThat(table.count()).isEqualTo(160_000);
        String y =
                Answer.JSON.readTree(files.getFirst().path("stats").asString()).path("minValues").properties().stream()
                        .filter(member -> member.getValue().isObject())
                        .map(member -> member.getKey() + "/"
                                + member.getValue()
                                        .properties()
                                        .iterator()
                                        .next()
                                        .getKey())
                        .findFirst()
                        .orElseThrow();
        assertThat(mayHold(files, y, "010000", "012000")).isLessThanOrEqualTo(files.size() * 6 / 10);
        JsonNode commit = table.get("/history/" + result.path("version").asLong())
                .send()
                .expect(200)
                .json();
        assertThat(commit.path("operationParameters").path("clusterBy").asString())
                .isEqualTo("[\"x\",\"s.y\"]");
        assertThat(optimize(table, "{}").path("numFilesRemoved").asInt(-1)).isZero();
        table.append("[{\"x\":1}]");
        JsonNode again = optimize(table, "{}");
        assertThat(again.path("numFilesRemoved").asInt()).isEqualTo(files.size() + 1);
        assertThat(table.count()).isEqualTo(160_001);
    }

    @Test
    void an_order_of_its_own_is_refused_and_files_clustered_otherwise_stay() {
        Table table = clustered(sluice);
        table.append("[{\"x\":1},{\"x\":2}]");
        assertThat(sluice.post(table.path() + "/optimize")
                        .json("{\"zOrderBy\":[\"x\"]}")
                        .send()
                        .expectProblem(400, "bad-parameter")
                        .path("detail")
                        .asString())
                .contains("clustered by x, s.y");
        assertThat(optimize(table, "{}").path("numFilesAdded").asInt()).isEqualTo(1);
        sluice.call("PATCH", table.path())
                .json("{\"changes\":[{\"op\":\"cluster-by\",\"columns\":[\"pad\"]}]}")
                .send()
                .expect(200);
        assertThat(optimize(table, "{}").path("numFilesRemoved").asInt(-1)).isZero();
        table.append("[{\"x\":3,\"pad\":\"b\"}]");
        JsonNode result = optimize(table, "{}");
        assertThat(result.path("numFilesRemoved").asInt()).isEqualTo(1);
        assertThat(added(table, result.path("version").asLong())
                        .getFirst()
                        .path("tags")
                        .path("ZCUBE_ZORDER_BY")
                        .asString())
                .isEqualTo("[\"pad\"]");
    }

    @Test
    void who_knows_only_the_checkpoint_knows_what_is_clustered() throws Exception {
        Table table = clustered(sluice);
        table.append("[{\"x\":1},{\"x\":2}]");
        table.append("[{\"x\":3},{\"x\":4}]");
        assertThat(optimize(table, "{}").path("numFilesAdded").asInt()).isEqualTo(1);
        sluice.post(table.path() + "/checkpoint")
                .header("Prefer", "wait=60")
                .send()
                .expect(200);
        // Another place, so that nothing of it is in memory.
        Table moved = Table.unmade(sluice);
        Files.move(table.directory(), moved.directory());
        for (long version = 0; version < 3; version++) {
            Files.delete(moved.directory().resolve(String.format("_delta_log/%020d.json", version)));
        }
        assertThat(moved.count()).isEqualTo(4);
        assertThat(optimize(moved, "{}").path("numFilesRemoved").asInt(-1)).isZero();
    }
}
