package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What each caller may ask for.
class RateLimitTest {

    @TempDir
    private Path directory;

    private RunningSluice start(Keys keys, String property, String value) {
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put(property, value);
        return RunningSluice.start(directory.resolve("tables"), settings);
    }

    @Test
    void a_caller_who_asks_too_often_is_told_when_to_come_back_and_others_are_served() {
        var keys = new Keys()
                .key("eager", "tables: ['*'], actions: [read]")
                .key("calm", "tables: ['*'], actions: [read]", "tables: ['*'], actions: [observe]");
        try (var sluice = start(keys, "sluice.limits.caller.requests", "3")) {
            var answers = new ArrayList<Answer>();
            for (int i = 0; i < 60; i++) {
                answers.add(sluice.get("/v1/tables")
                        .header("Authorization", keys.bearer("eager"))
                        .send());
            }
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.header("RateLimit-Policy")).isEqualTo("\"requests\";q=3;w=1");
                assertThat(answer.header("RateLimit")).matches("\"requests\";r=[0-3];t=1");
            });
            List<Answer> refused =
                    answers.stream().filter(answer -> answer.status() != 200).toList();
            assertThat(refused).isNotEmpty().allSatisfy(answer -> {
                answer.expectProblem(429, "too-many-requests");
                assertThat(answer.header("Retry-After")).isEqualTo("1");
            });
            Answer calm = sluice.get("/v1/tables")
                    .header("Authorization", keys.bearer("calm"))
                    .send()
                    .expect(200);
            assertThat(calm.header("RateLimit")).isEqualTo("\"requests\";r=2;t=1");
            Answer metrics = sluice.get("/actuator/prometheus")
                    .header("Authorization", keys.bearer("calm"))
                    .send()
                    .expect(200);
            assertThat(metrics.header("RateLimit")).isEmpty();
        }
    }

    @Test
    void a_caller_who_has_had_too_many_bytes_waits_until_they_are_made_up_for() {
        var keys = new Keys()
                .key("heavy", "tables: ['*'], actions: [admin]")
                .key("light", "tables: ['*'], actions: [read]");
        try (var sluice = start(keys, "sluice.limits.caller.bytes", "1KB")) {
            String heavy = keys.bearer("heavy");
            sluice.post("/v1/tables")
                    .header("Authorization", heavy)
                    .json("{\"name\":\"a.b\",\"columns\":[{\"name\":\"t\",\"type\":\"string\"}]}")
                    .send()
                    .expect(201);
            sluice.post("/v1/tables/a.b/rows")
                    .header("Authorization", heavy)
                    .json("[{\"t\":\"" + "x".repeat(200_000) + "\"}]")
                    .send()
                    .expect(200);
            Answer refused =
                    sluice.get("/v1/tables").header("Authorization", heavy).send();
            refused.expectProblem(429, "too-many-requests");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(100, 200);
            assertThat(refused.header("RateLimit")).isEqualTo("\"bytes\";r=0;t=1");
            sluice.get("/v1/tables/a.b/rows")
                    .header("Authorization", keys.bearer("light"))
                    .send()
                    .expect(200);
            sluice.get("/v1/tables")
                    .header("Authorization", keys.bearer("light"))
                    .send()
                    .expectProblem(429, "too-many-requests");
        }
    }

    @Test
    void an_answer_that_breaks_off_has_cost_what_was_sent_of_it() {
        var keys = new Keys()
                .key("loader", "tables: ['*'], actions: [admin]")
                .key("reader", "tables: ['*'], actions: [read]");
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("sluice.limits.caller.bytes", "1KB");
        settings.put("sluice.limits.result-bytes", "300KB");
        try (var sluice = RunningSluice.start(directory.resolve("tables"), settings)) {
            String loader = keys.bearer("loader");
            sluice.post("/v1/tables")
                    .header("Authorization", loader)
                    .json("{\"name\":\"a.b\",\"columns\":[{\"name\":\"t\",\"type\":\"string\"}]}")
                    .send()
                    .expect(201);
            String row = "{\"t\":\"" + "x".repeat(200_000) + "\"}";
            sluice.post("/v1/tables/a.b/rows")
                    .header("Authorization", loader)
                    .json("[" + row + "," + row + "]")
                    .send()
                    .expect(200);
            Call tooMuch = sluice.get("/v1/tables/a.b/rows")
                    .header("Authorization", keys.bearer("reader"))
                    .accept("text/csv");
            assertThatThrownBy(tooMuch::trySend).isInstanceOf(IOException.class);
            Answer refused = sluice.get("/v1/tables")
                    .header("Authorization", keys.bearer("reader"))
                    .send();
            refused.expectProblem(429, "too-many-requests");
            assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(100, 200);
        }
    }

    @Test
    void without_a_limit_nothing_is_said_of_one() {
        var keys = new Keys().key("reader", "tables: ['*'], actions: [read]");
        try (var sluice =
                RunningSluice.start(directory.resolve("tables"), keys.settings(directory.resolve("access.yaml")))) {
            Answer answer = sluice.get("/v1/tables")
                    .header("Authorization", keys.bearer("reader"))
                    .send()
                    .expect(200);
            assertThat(answer.headers().map()).doesNotContainKeys("ratelimit", "ratelimit-policy");
        }
    }
}
