package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// The audit log of a service, as it is after a stop: everything that was asked is in it, and what became of it.
class AuditTest {

    private static final String COLUMNS = "\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]";

    @TempDir
    private Path directory;

    private final Keys keys = new Keys()
            .key("admin", "tables: ['*'], actions: [admin]")
            .key("reader", "tables: [sales.*], actions: [read]");

    private RunningSluice start(String to) {
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("sluice.audit.to", to);
        settings.put("sluice.audit.linger", "50ms");
        return RunningSluice.start(directory.resolve("tables"), settings);
    }

    private Call as(RunningSluice sluice, String caller, String id, String method, String path) {
        return sluice.call(method, path)
                .header("Authorization", keys.bearer(caller))
                .header("X-Request-Id", id);
    }

    private void ask(RunningSluice sluice) {
        as(sluice, "admin", "create", "POST", "/v1/tables")
                .json("{\"name\":\"sales.orders\"," + COLUMNS + "}")
                .send()
                .expect(201);
        as(sluice, "admin", "append", "POST", "/v1/tables/sales.orders/rows")
                .json("[{\"id\":1},{\"id\":2}]")
                .send()
                .expect(200);
        as(sluice, "reader", "read", "GET", "/v1/tables/sales.orders/rows")
                .query("where", "id = 2")
                .send()
                .expect(200);
        as(sluice, "reader", "refused", "DELETE", "/v1/tables/sales.orders/rows")
                .query("where", "true")
                .send()
                .expectProblem(403, "forbidden");
        as(sluice, "reader", "unseen", "GET", "/v1/tables/secret.plans").send().expectProblem(404, "table-not-found");
        as(sluice, "admin", "merge", "POST", "/v1/tables/sales.orders/merge")
                .json(
                        "{\"source\":{\"table\":\"sales.orders\",\"version\":1},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"delete\":true}]}")
                .send()
                .expect(200);
        as(sluice, "admin", "restore", "POST", "/v1/tables/sales.orders/restore")
                .header("Prefer", "wait=60")
                .json("{\"version\":1}")
                .send()
                .expect(200);
        sluice.get("/v1/tables/sales.orders/rows")
                .header("X-Request-Id", "unknown")
                .header("Authorization", "Bearer " + Keys.make())
                .send()
                .expectProblem(401, "unauthenticated");
        sluice.get("/v1").send().expect(200);
        sluice.get("/actuator/health").send().expect(200);
    }

    private static void check(Map<String, JsonNode> entries) {
        assertThat(entries.keySet())
                .containsExactlyInAnyOrder(
                        "create",
                        "append",
                        "read",
                        "refused",
                        "unseen",
                        "merge",
                        "restore",
                        "restore's end",
                        "unknown");
        assertThat(texts(entries.get("create")))
                .containsAllEntriesOf(Map.of(
                        "userId",
                        "key:admin",
                        "userName",
                        "admin",
                        "activity",
                        "create",
                        "table",
                        "sales.orders",
                        "version",
                        "0",
                        "outcome",
                        "ok",
                        "status",
                        "201"));
        assertThat(texts(entries.get("append")))
                .containsAllEntriesOf(Map.of(
                        "activity",
                        "append",
                        "version",
                        "1",
                        "rows",
                        "2",
                        "method",
                        "POST",
                        "client",
                        "127.0.0.1",
                        "path",
                        "/v1/tables/sales.orders/rows"));
        assertThat(texts(entries.get("read")))
                .containsAllEntriesOf(Map.of(
                        "userId", "key:reader", "activity", "read", "rows", "1", "version", "1", "outcome", "ok"));
        assertThat(texts(entries.get("refused")))
                .containsAllEntriesOf(
                        Map.of("activity", "delete", "table", "sales.orders", "status", "403", "outcome", "forbidden"));
        assertThat(texts(entries.get("unseen")))
                .containsAllEntriesOf(Map.of("table", "secret.plans", "status", "404", "outcome", "table-not-found"));
        assertThat(texts(entries.get("merge"))).containsAllEntriesOf(Map.of("activity", "merge", "rows", "2"));
        assertThat(entries.get("merge").path("also").toString()).contains("read sales.orders");
        assertThat(texts(entries.get("restore's end")))
                .containsAllEntriesOf(Map.of(
                        "userId",
                        "key:admin",
                        "activity",
                        "restore",
                        "table",
                        "sales.orders",
                        "version",
                        "3",
                        "outcome",
                        "ok"));
        assertThat(texts(entries.get("unknown")))
                .containsAllEntriesOf(Map.of("status", "401", "outcome", "unauthenticated"))
                .doesNotContainKeys("userId", "userName");
    }

    private static Map<String, String> texts(JsonNode entry) {
        return entry.properties().stream()
                .filter(member -> !member.getValue().isNull())
                .collect(Collectors.toMap(Map.Entry::getKey, AuditTest::text));
    }

    private static String text(Map.Entry<String, JsonNode> member) {
        JsonNode value = member.getValue();
        return value.isContainer() ? value.toString() : value.asString();
    }

    private static String name(JsonNode entry) {
        boolean isEnd = entry.path("path").asString().startsWith("/v1/operations/");
        return entry.path("requestId").asString() + (isEnd ? "'s end" : "");
    }

    private static Map<String, JsonNode> byRequest(List<JsonNode> entries) {
        return entries.stream().collect(Collectors.toMap(AuditTest::name, Function.identity()));
    }

    @Test
    void each_request_is_a_line_of_the_file_and_no_line_holds_a_secret() throws IOException {
        Path file = directory.resolve("audit.jsonl");
        try (var sluice = start("file:" + file)) {
            ask(sluice);
        }

        List<String> lines = Files.readAllLines(file);
        check(byRequest(lines.stream().map(Answer.JSON::readTree).toList()));
        assertThat(lines).noneMatch(line -> line.contains("slk_") || line.contains("id = 2"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void each_request_is_a_row_of_the_table() {
        try (var sluice = start("table:audit.requests")) {
            ask(sluice);
        }
        try (var sluice = start("")) {
            check(byRequest(as(sluice, "admin", "look", "GET", "/v1/tables/audit.requests/rows")
                    .accept("application/x-ndjson")
                    .send()
                    .expect(200)
                    .lines()));
        }
    }
}
