package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What a collector is told of requests.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TracesTest {

    private static final String CALLER = "00f067aa0ba902b7";

    @TempDir
    static Path root;

    private OtlpReceiver collector;
    private RunningSluice sluice = RunningSluice.shared();
    private Table table = Table.unmade(sluice);

    @BeforeAll
    void start() throws Exception {
        collector = new OtlpReceiver();
        sluice = RunningSluice.start(root, Map.of("sluice.tracing.endpoint", collector.endpoint()));
        table = Table.of(sluice, "id long");
        table.append("[{\"id\":1},{\"id\":2}]");
    }

    @AfterAll
    void stop() {
        sluice.close();
        collector.close();
    }

    private static String trace(int number) {
        return "4bf92f3577b34da6a3ce929d0e0e%04d".formatted(number);
    }

    private List<OtlpReceiver.Span> traced(int number, Call call, int status) throws Exception {
        Answer answer = call.header("traceparent", "00-" + trace(number) + "-" + CALLER + "-01")
                .send()
                .expect(status);
        List<OtlpReceiver.Span> spans = collector.trace(trace(number), CALLER);
        OtlpReceiver.Span request = spans.getLast();
        assertThat(answer.header("traceresponse")).isEqualTo("00-" + trace(number) + "-" + request.id() + "-01");
        assertThat(request.attributes())
                .containsEntry("http.response.status_code", Integer.toString(status))
                .containsEntry("sluice.request.id", answer.header("X-Request-Id"));
        // Below the request, and within its time.
        assertThat(spans.subList(0, spans.size() - 1)).allSatisfy(stage -> {
            assertThat(spans.stream().map(OtlpReceiver.Span::id)).contains(stage.parent());
            assertThat(stage.startNanos()).isGreaterThanOrEqualTo(request.startNanos());
            assertThat(stage.endNanos()).isBetween(stage.startNanos(), request.endNanos());
        });
        return spans;
    }

    private static List<String> names(List<OtlpReceiver.Span> spans) {
        return spans.stream()
                .sorted(java.util.Comparator.comparingLong(OtlpReceiver.Span::startNanos))
                .map(OtlpReceiver.Span::name)
                .toList();
    }

    @Test
    void an_append_is_told_stage_by_stage_in_the_trace_of_its_caller() throws Exception {
        List<OtlpReceiver.Span> spans = traced(1, table.post().json("[{\"id\":3}]"), 200);

        assertThat(names(spans))
                .containsExactly(
                        "POST /v1/tables/{table}/rows", "admit", "resolve", "decode", "stage", "put", "answer");
        assertThat(spans).noneMatch(OtlpReceiver.Span::hasFailed);
    }

    @Test
    void a_query_is_told_stage_by_stage_in_every_format() throws Exception {
        int number = 10;
        for (String format : List.of("application/json", "text/csv", "application/vnd.apache.parquet")) {
            List<OtlpReceiver.Span> spans =
                    traced(number++, table.rows().query("where", "id > 0").accept(format), 200);

            assertThat(names(spans))
                    .containsExactly(
                            "GET /v1/tables/{table}/rows", "resolve", "plan", "fetch", "scan", "encode", "answer");
        }
    }

    /// Together their keys are more than are remembered.
    @Test
    void small_files_that_an_upsert_looks_into_are_fetched_once() throws Exception {
        Table keyed = Table.of(sluice, "k string", "n long");
        for (int file = 0; file < 3; file++) {
            keyed.post()
                    .body(
                            "application/vnd.apache.parquet",
                            Bodies.parquet("SELECT lpad((i * 3 + " + file + ")::VARCHAR, 6, '0') || repeat('x', 5000)"
                                    + " AS k, i AS n FROM range(4000) AS t(i)"))
                    .send()
                    .expect(200);
        }

        List<OtlpReceiver.Span> spans = traced(
                50, sluice.post(keyed.path() + "/upsert").query("key", "k").json("[{\"k\":\"006000\",\"n\":1}]"), 200);

        assertThat(names(spans)).containsOnlyOnce("fetch");
    }

    @Test
    void requests_that_share_a_commit_each_have_its_stages() throws Exception {
        Together.run(
                8,
                client -> table.post()
                        .json("[{\"id\":" + client + "}]")
                        .header("traceparent", "00-" + trace(100 + client) + "-" + CALLER + "-01")
                        .send()
                        .expect(200));

        for (int client = 0; client < 8; client++) {
            Map<String, OtlpReceiver.Span> byName = collector.trace(trace(100 + client), CALLER).stream()
                    .collect(Collectors.toMap(OtlpReceiver.Span::name, Function.identity()));
            assertThat(byName).containsKeys("stage", "put");
        }
    }

    @Test
    void a_refusal_is_told_with_its_status_and_a_failed_stage_as_failed() throws Exception {
        List<OtlpReceiver.Span> missing = traced(20, sluice.get("/v1/tables/no.such/rows"), 404);
        assertThat(missing.stream().filter(OtlpReceiver.Span::hasFailed).map(OtlpReceiver.Span::name))
                .containsExactly("resolve");
        List<OtlpReceiver.Span> bad = traced(21, table.post().json("[{\"id\":"), 400);
        assertThat(bad.stream().filter(OtlpReceiver.Span::hasFailed).map(OtlpReceiver.Span::name))
                .containsExactly("decode");
    }

    @Test
    void who_asks_not_to_be_traced_is_not_and_who_says_nonsense_has_a_trace_of_its_own() throws Exception {
        Answer unsampled = table.rows()
                .header("traceparent", "00-" + trace(30) + "-" + CALLER + "-00")
                .send()
                .expect(200);
        assertThat(unsampled.header("traceresponse"))
                .startsWith("00-" + trace(30))
                .endsWith("-00");
        for (String nonsense : List.of("", "x", "00-" + "0".repeat(32) + "-" + CALLER + "-01", "ff-1-1-1")) {
            Answer answer = table.rows().header("traceparent", nonsense).send().expect(200);
            assertThat(answer.header("traceresponse"))
                    .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]")
                    .doesNotContain("0".repeat(32));
        }
        // What was asked after it has come, so it will not come any more.
        List<OtlpReceiver.Span> next = traced(31, table.rows(), 200);
        assertThat(next).noneMatch(span -> span.trace().equals(trace(30)));
    }

    @Test
    void a_collector_that_is_away_delays_nobody() throws Exception {
        try (RunningSluice alone = RunningSluice.start(
                root.resolve("alone"), Map.of("sluice.tracing.endpoint", "http://127.0.0.1:9/v1/traces"))) {
            Table other = Table.of(alone, "id long");
            for (int i = 0; i < 20; i++) {
                other.append("[{\"id\":1}]");
            }
            assertThat(other.count()).isEqualTo(20);
        }
    }

    @Test
    void where_no_collector_is_named_nothing_is_said_of_traces() {
        assertThat(RunningSluice.shared()
                        .get("/v1/tables")
                        .header("traceparent", "00-" + trace(40) + "-" + CALLER + "-01")
                        .send()
                        .header("traceresponse"))
                .isEmpty();
    }
}
