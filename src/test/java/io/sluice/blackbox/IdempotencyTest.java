package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// The same request again writes nothing again.
class IdempotencyTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long");

    private Call keyed(String key, String rows) {
        return table.post().header("Idempotency-Key", key).json(rows);
    }

    private Call sequenced(String producer, long sequence, String rows) {
        return table.post()
                .header("Sluice-Producer", producer)
                .header("Sluice-Sequence", Long.toString(sequence))
                .json(rows);
    }

    @Test
    void the_same_key_gives_the_same_answer_and_one_copy() {
        JsonNode first =
                keyed("k-1", "[{\"id\":1},{\"id\":2}]").send().expect(200).json();
        assertThat(first.path("replayed").asBoolean(true)).isFalse();
        table.append("[{\"id\":3}]");
        Answer again = keyed("k-1", "[{\"id\":1},{\"id\":2}]").send().expect(200);
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(again.json().path("replayed").asBoolean(false)).isTrue();
        for (String member : List.of("version", "rows", "files", "bytes", "rejected")) {
            assertThat(again.json().path(member)).as(member).isEqualTo(first.path(member));
        }
        assertThat(table.count()).isEqualTo(3);
        assertThat(table.version()).isEqualTo(2);
    }

    @Test
    void the_same_key_with_another_body_is_refused() {
        keyed("k-2", "[{\"id\":1}]").send().expect(200);
        keyed("k-2", "[{\"id\":2}]").send().expectProblem(422, "idempotency-key-reused");
        keyed("k-2", "[{\"id\":1}]").query("onBadRow", "skip").send().expectProblem(422, "idempotency-key-reused");
        assertThat(table.content()).containsExactly("{\"id\":1}");
    }

    /// What a client sends again it may compress again, and gzip writes the time into its header.
    @ParameterizedTest
    @ValueSource(ints = {2, 20_000})
    void a_body_that_is_compressed_anew_is_the_same_body(int rows) throws Exception {
        byte[] body = Bodies.utf8(IntStream.range(0, rows)
                .mapToObj(id -> "{\"id\":" + id * 7919L + "}")
                .collect(Collectors.joining(",", "[", "]")));
        byte[] gzip = Bodies.gzip(body);
        byte[] later = gzip.clone();
        later[4]++;

        JsonNode first = compressed("gzip", gzip).send().expect(200).json();
        for (Call again : List.of(
                compressed("gzip", later),
                compressed("zstd", Zstd.compress(body)),
                table.post().header("Idempotency-Key", "k-7").body("application/json", body))) {
            assertThat(again.send().expect(200).json().path("version")).isEqualTo(first.path("version"));
        }
        assertThat(table.count()).isEqualTo(rows);
        compressed("gzip", Bodies.gzip(Bodies.utf8("[{\"id\":1}]")))
                .send()
                .expectProblem(422, "idempotency-key-reused");
    }

    private Call compressed(String coding, byte[] body) {
        return table.post()
                .header("Idempotency-Key", "k-7")
                .header("Content-Encoding", coding)
                .body("application/json", body);
    }

    @Test
    void a_key_belongs_to_its_table() {
        keyed("k-3", "[{\"id\":1}]").send().expect(200);
        Table other = Table.of(sluice, "id long");
        other.post()
                .header("Idempotency-Key", "k-3")
                .json("[{\"id\":9}]")
                .send()
                .expect(200);
        assertThat(other.content()).containsExactly("{\"id\":9}");
    }

    @Test
    void a_refused_request_does_not_use_up_its_key() {
        keyed("k-4", "[{\"id\":\"x\"}]").send().expectProblem(422, "bad-rows");
        keyed("k-4", "[{\"id\":4}]").send().expect(200);
        assertThat(table.content()).containsExactly("{\"id\":4}");
    }

    @Test
    void of_sixteen_with_one_key_one_writes() throws InterruptedException {
        List<Answer> answers =
                Together.run(16, client -> keyed("k-5", "[{\"id\":1}]").send());
        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isIn(200, 409));
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 409)
                .allSatisfy(answer -> answer.expectProblem(409, "request-in-progress"));
        assertThat(answers)
                .filteredOn(answer -> answer.status() == 200
                        && !answer.json().path("replayed").asBoolean(true))
                .hasSize(1);
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void the_skipped_rows_are_told_again() {
        Call first = table.post()
                .header("Idempotency-Key", "k-6")
                .query("onBadRow", "skip")
                .json("[{\"id\":1},{\"id\":\"x\"}]");
        JsonNode answer = first.send().expect(200).json();
        JsonNode again = first.send().expect(200).json();
        assertThat(again.path("rejected")).isEqualTo(answer.path("rejected"));
        assertThat(again.path("rejected").size()).isEqualTo(1);
        assertThat(table.count()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40_000})
    void a_batch_is_known_again_although_the_table_has_become_another_one(int rows) {
        Table changing =
                Table.with(sluice, ",\"properties\":{\"delta.columnMapping.mode\":\"name\"}", "id long", "name string");
        String body = "id,name\nx,bad\n" + "7,a name that is not so short\n".repeat(rows);
        Call call = changing.post()
                .header("Idempotency-Key", "k-8")
                .query("onBadRow", "skip")
                .body("text/csv", Bodies.utf8(body));
        JsonNode first = call.send().expect(200).json();
        assertThat(call.send().expect(200).json().path("rejected"))
                .isEqualTo(first.path("rejected"))
                .hasSize(1);
        alter(changing, "{\"op\":\"drop-column\",\"name\":\"name\"}");
        JsonNode again = call.send().expect(200).json();
        assertThat(again.path("replayed").asBoolean(false)).isTrue();
        assertThat(again.path("version")).isEqualTo(first.path("version"));
        assertThat(again.path("rows").asLong()).isEqualTo(rows);
        assertThat(again.path("rejected")).isEmpty();
        assertThat(changing.count()).isEqualTo(rows);
    }

    @Test
    void an_upsert_is_known_again_although_the_table_has_become_another_one() {
        Table changing = Table.with(
                sluice, ",\"properties\":{\"delta.columnMapping.mode\":\"name\"}", "id long", "k long", "v long");
        Call call = sluice.post(changing.path() + "/upsert")
                .query("key", "k")
                .header("Idempotency-Key", "k-9")
                .json("[{\"id\":1,\"k\":2,\"v\":3}]");
        JsonNode first = call.send().expect(200).json();
        alter(changing, "{\"op\":\"drop-column\",\"name\":\"k\"},{\"op\":\"drop-column\",\"name\":\"v\"}");
        JsonNode again = call.send().expect(200).json();
        assertThat(again.path("replayed").asBoolean(false)).isTrue();
        assertThat(again.path("version")).isEqualTo(first.path("version"));
        assertThat(again.path("inserted").asLong()).isEqualTo(1);
        sluice.post(changing.path() + "/upsert")
                .query("key", "k")
                .header("Idempotency-Key", "k-9")
                .json("[{\"id\":1,\"k\":2,\"v\":4}]")
                .send()
                .expectProblem(422, "idempotency-key-reused");
    }

    private void alter(Table altered, String changes) {
        sluice.call("PATCH", altered.path())
                .json("{\"changes\":[" + changes + "]}")
                .send()
                .expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb"})
    void a_key_is_visible_characters(String key) {
        keyed(key, "[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        keyed("x".repeat(256), "[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        keyed("x".repeat(255), "[{\"id\":1}]").send().expect(200);
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void a_sequence_that_is_not_greater_is_a_replay() {
        sequenced("p-1", 5, "[{\"id\":5}]").send().expect(200);
        for (long sequence : List.of(5L, 4L, 0L)) {
            JsonNode replay = sequenced("p-1", sequence, "[{\"id\":5}]")
                    .send()
                    .expect(200)
                    .json();
            assertThat(replay.path("replayed").asBoolean(false)).isTrue();
        }
        sequenced("p-1", 6, "[{\"id\":6}]").send().expect(200);
        sequenced("p-2", 1, "[{\"id\":7}]").send().expect(200);
        assertThat(table.content()).containsExactly("{\"id\":5}", "{\"id\":6}", "{\"id\":7}");
    }

    @Test
    void producer_and_sequence_come_together_and_without_a_key() {
        table.post().header("Sluice-Producer", "p").json("[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        table.post().header("Sluice-Sequence", "1").json("[{\"id\":1}]").send().expectProblem(400, "bad-parameter");
        for (String sequence : List.of("-1", "x", "1.5", "99999999999999999999")) {
            table.post()
                    .header("Sluice-Producer", "p")
                    .header("Sluice-Sequence", sequence)
                    .json("[{\"id\":1}]")
                    .send()
                    .expectProblem(400, "bad-parameter");
        }
        sequenced("p", 1, "[{\"id\":1}]").header("Idempotency-Key", "k").send().expectProblem(400, "bad-parameter");
        assertThat(table.version()).isZero();
    }

    @Test
    void only_if_latest_means_it() {
        table.post().header("If-Match", "\"0\"").json("[{\"id\":1}]").send().expect(200);
        JsonNode stale = table.post()
                .header("If-Match", "\"0\"")
                .json("[{\"id\":2}]")
                .send()
                .expectProblem(412, "stale-version");
        assertThat(stale.toString()).contains("1");
        table.post().header("If-Match", "0").json("[{\"id\":2}]").send().expectProblem(400, "bad-parameter");
        assertThat(table.content()).containsExactly("{\"id\":1}");
    }

    @Test
    void a_repeated_request_gets_its_answer_although_its_version_is_stale_by_itself() {
        Call call = keyed("k-7", "[{\"id\":1}]").header("If-Match", "\"0\"");
        call.send().expect(200);
        assertThat(call.send().expect(200).json().path("replayed").asBoolean(false))
                .isTrue();
        assertThat(table.count()).isEqualTo(1);
    }

    @Test
    void of_sixteen_with_the_same_version_one_writes() throws InterruptedException {
        List<Answer> answers = Together.run(
                16,
                client -> table.post()
                        .header("If-Match", "\"0\"")
                        .json("[{\"id\":" + client + "}]")
                        .send());
        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .allSatisfy(answer -> answer.expectProblem(412, "stale-version"));
        assertThat(table.count()).isEqualTo(1);
    }
}
