package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Tables written by Spark and others answer as Spark answers: rows, columns and versions, with and without filters,
/// and the same kinds of errors. Cases that the references dispute are not asked.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    private static final Map<String, String> PROBLEMS = Map.of(
            "not-a-table", "table-not-found",
            "corrupt-log", "table-corrupt",
            "unsupported-feature", "unsupported-table-feature",
            "version-not-found", "version-not-found",
            "file-missing", "files-missing",
            "file-corrupt", "table-corrupt",
            "changes-not-available", "change-feed-not-enabled");

    private final RunningSluice sluice = RunningSluice.shared();
    private final ConformancePack pack = ConformancePack.open();
    private final Map<String, CanonicalType.Struct> columns = new ConcurrentHashMap<>();

    @TestFactory
    Stream<DynamicTest> reads() {
        return tests("read", this::answersTheExpectedRows);
    }

    @TestFactory
    Stream<DynamicTest> filters() {
        return tests("filter", this::answersTheExpectedRows);
    }

    @TestFactory
    Stream<DynamicTest> errors() {
        return tests("error", this::refusesOrSaysLatest);
    }

    @TestFactory
    Stream<DynamicTest> changes() {
        return tests("changes", this::tellsTheExpectedChanges);
    }

    @TestFactory
    Stream<DynamicTest> changes_that_cannot_be_told() {
        return tests("changes-error", this::refusesTheChanges);
    }

    private void tellsTheExpectedChanges(ConformancePack.Case question) {
        JsonNode expected = question.expected();
        CanonicalType.Struct schema = CanonicalType.ofColumns(expected.path("schema"));
        String names = String.join(
                ",",
                schema.fields().keySet().stream()
                        .map(name -> "`" + name.replace("`", "``") + "`")
                        .toList());
        Answer whole = changes(question)
                .accept("application/x-ndjson")
                .query("select", names)
                .send()
                .expect(200);
        List<String> unquoted = whole.lines().isEmpty()
                ? List.of()
                : List.copyOf(whole.lines().getFirst().propertyNames());
        assertThat(unquoted).isIn(List.of(), List.copyOf(schema.fields().keySet()));
        assertSameRows(expected, canonical(schema, whole));
        var paged = new ArrayList<String>();
        String token = "";
        do {
            Call call = changes(question).query("select", names).query("limit", 7);
            JsonNode page = (token.isEmpty() ? call : call.query("pageToken", token))
                    .send()
                    .expect(200)
                    .json();
            page.path("rows").forEach(row -> paged.add(CanonicalRows.line(schema, row)));
            token = page.path("nextPageToken").asString("");
        } while (!token.isEmpty());
        assertSameRows(expected, CanonicalRows.sorted(paged));
    }

    private void refusesTheChanges(ConformancePack.Case question) {
        Answer answer = changes(question).send();
        assertThat(problemType(answer)).as(answer.text()).isIn(accepted(question.expected()));
    }

    private Call changes(ConformancePack.Case question) {
        JsonNode range = question.content().path("changes");
        return sluice.get("/v1/tables/" + pack.serve(question.table(), sluice, "conf") + "/changes")
                .query("fromVersion", range.path("from").asLong())
                .query("toVersion", range.path("to").asLong());
    }

    private Stream<DynamicTest> tests(String kind, Consumer<ConformancePack.Case> check) {
        String only = System.getProperty("sluice.conformance.only", "");
        return pack.cases()
                .filter(question -> question.kind().equals(kind) && !question.disputed())
                .filter(question -> question.id().contains(only))
                .map(question -> dynamicTest(question.id(), () -> check.accept(question)));
    }

    private void answersTheExpectedRows(ConformancePack.Case question) {
        String table = pack.serve(question.table(), sluice, "conf");
        Answer answer =
                ask(question, "/rows").accept("application/x-ndjson").send().expect(200);
        JsonNode expected = question.expected();
        if (expected.has("version")) {
            assertThat(answer.version()).isEqualTo(expected.path("version").asLong());
        }
        CanonicalType.Struct schema = columns(table, answer.version());
        assertThat(CanonicalType.inOrder(schema))
                .isEqualTo(CanonicalType.inOrder(CanonicalType.ofColumns(expected.path("schema"))));
        assertSameRows(expected, canonical(schema, answer));
        Answer count = ask(question, "/count").send().expect(200);
        assertThat(count.json().path("count").asLong(-1))
                .isEqualTo(expected.path("rows").asLong());
    }

    private static void assertSameRows(JsonNode expected, List<String> lines) {
        assertThat(lines).as("rows").hasSize(expected.path("rows").asInt());
        assertThat(CanonicalRows.sha256(lines))
                .as(() -> "sha256 of\n" + String.join("\n", lines.subList(0, Math.min(20, lines.size()))))
                .isEqualTo(expected.path("sha256").asString());
    }

    private void refusesOrSaysLatest(ConformancePack.Case question) {
        String table = pack.serve(question.table(), sluice, "conf");
        if (question.content().path("note").asString("").contains("latest version instead")) {
            Answer moment =
                    ask(question, "/rows").accept("application/x-ndjson").send().expect(200);
            Answer latest = sluice.get("/v1/tables/" + table + "/rows")
                    .accept("application/x-ndjson")
                    .send()
                    .expect(200);
            assertThat(moment.version())
                    .isEqualTo(
                            pack.table(question.table()).path("latest_version").asLong());
            assertThat(moment.lines()).hasSameSizeAs(latest.lines());
            return;
        }
        Set<String> accepted = accepted(question.expected());
        for (String format : List.of("application/x-ndjson", "application/json")) {
            Answer answer = ask(question, "/rows").accept(format).send();
            assertThat(problemType(answer)).as(answer.text()).isIn(accepted);
        }
    }

    private static Set<String> accepted(JsonNode expected) {
        String also = expected.path("also").asString("");
        String slug = PROBLEMS.get(expected.path("error").asString());
        return Stream.of(slug, PROBLEMS.getOrDefault(also, slug)).collect(Collectors.toSet());
    }

    /// The problem's slug, whether it came as the answer or as the last line of a stream that broke.
    private static String problemType(Answer answer) {
        if (answer.status() != 200) {
            String slug = answer.json().path("type").asString("").replace("/problems/", "");
            answer.expectProblem(answer.status(), slug);
            return slug;
        }
        assertThat(answer.header("Content-Type"))
                .as("a 2xx for rows that cannot be read")
                .contains("ndjson");
        List<JsonNode> lines = answer.lines();
        assertThat(lines).as("a 2xx without rows and without a problem").isNotEmpty();
        return lines.getLast().path("$problem").path("type").asString("").replace("/problems/", "");
    }

    private Call ask(ConformancePack.Case question, String what) {
        Call call = sluice.get("/v1/tables/" + pack.serve(question.table(), sluice, "conf") + what);
        question.content()
                .path("read")
                .properties()
                .forEach(part -> call.query(part.getKey(), part.getValue().asString()));
        if (question.content().has("filter")) {
            call.query("where", question.content().path("filter").asString());
        }
        return call;
    }

    /// The columns of a version, as JSON answers name them.
    private CanonicalType.Struct columns(String table, long version) {
        return columns.computeIfAbsent(
                table + "@" + version,
                key -> CanonicalType.ofColumns(sluice.get("/v1/tables/" + table + "/rows")
                        .query("version", version)
                        .query("where", "false")
                        .send()
                        .expect(200)
                        .json()
                        .path("columns")));
    }

    private static List<String> canonical(CanonicalType.Struct schema, Answer answer) {
        var lines = new ArrayList<String>();
        answer.text()
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(line -> lines.add(CanonicalRows.line(schema, Answer.JSON.readTree(line))));
        return CanonicalRows.sorted(lines);
    }
}
