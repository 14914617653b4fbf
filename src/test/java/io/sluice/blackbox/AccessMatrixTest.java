package io.sluice.blackbox;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/// Every endpoint of the OpenAPI document, asked by every kind of caller. An endpoint without a rule here fails the
/// build.
class AccessMatrixTest {

    private static final String TABLE = "scenario.orders";
    private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

    /// What an endpoint takes.
    private enum Rule {
        ANYBODY,
        ANY_CALLER,
        READ,
        APPEND,
        CHANGE,
        CREATE,
        ALTER,
        MAINTAIN,
        ADMIN,
        /// Of an operation on a table: to see it takes to see the table.
        SEES
    }

    private static final Map<String, Rule> RULES = Map.ofEntries(
            entry("GET /problems", Rule.ANYBODY),
            entry("GET /problems/{slug}", Rule.ANYBODY),
            entry("GET /v1", Rule.ANYBODY),
            entry("GET /v1/tables", Rule.ANY_CALLER),
            entry("POST /v1/tables", Rule.CREATE),
            entry("GET /v1/tables/{table}", Rule.READ),
            entry("PATCH /v1/tables/{table}", Rule.ALTER),
            entry("DELETE /v1/tables/{table}", Rule.ADMIN),
            entry("GET /v1/tables/{table}/rows", Rule.READ),
            entry("POST /v1/tables/{table}/rows", Rule.APPEND),
            entry("PATCH /v1/tables/{table}/rows", Rule.CHANGE),
            entry("DELETE /v1/tables/{table}/rows", Rule.CHANGE),
            entry("POST /v1/tables/{table}/upsert", Rule.CHANGE),
            entry("POST /v1/tables/{table}/merge", Rule.CHANGE),
            entry("GET /v1/tables/{table}/count", Rule.READ),
            entry("GET /v1/tables/{table}/changes", Rule.READ),
            entry("GET /v1/tables/{table}/history", Rule.READ),
            entry("GET /v1/tables/{table}/history/{version}", Rule.READ),
            entry("GET /v1/tables/{table}/metrics", Rule.READ),
            entry("POST /v1/tables/{table}/transactions", Rule.APPEND),
            entry("DELETE /v1/tables/{table}/transactions/{id}", Rule.APPEND),
            entry("POST /v1/tables/{table}/transactions/{id}/rows", Rule.APPEND),
            entry("POST /v1/tables/{table}/transactions/{id}/commit", Rule.APPEND),
            entry("POST /v1/tables/{table}/optimize", Rule.MAINTAIN),
            entry("POST /v1/tables/{table}/vacuum", Rule.MAINTAIN),
            entry("POST /v1/tables/{table}/restore", Rule.MAINTAIN),
            entry("POST /v1/tables/{table}/repair", Rule.MAINTAIN),
            entry("POST /v1/tables/{table}/checkpoint", Rule.MAINTAIN),
            entry("POST /v1/tables/{table}/statistics", Rule.MAINTAIN),
            entry("GET /v1/operations", Rule.ANY_CALLER),
            entry("GET /v1/operations/{id}", Rule.SEES),
            entry("DELETE /v1/operations/{id}", Rule.MAINTAIN));

    /// Keys, and the actions that they have on the table; the empty list for one of another table.
    private static final Map<String, List<String>> CALLERS = Map.of(
            "other", List.of(),
            "read", List.of("read"),
            "append", List.of("append"),
            "change", List.of("change"),
            "create", List.of("create"),
            "alter", List.of("alter"),
            "maintain", List.of("maintain"),
            "admin", List.of("read", "append", "change", "create", "alter", "maintain", "admin"));

    private static RunningSluice sluice;
    private static TokenIssuer issuer;
    private static Keys keys;
    private static String operation;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        keys = new Keys().expired("expired", "tables: ['*'], actions: [admin]");
        CALLERS.forEach((name, actions) -> keys.key(
                name,
                actions.isEmpty()
                        ? "tables: ['other.*', 'scenario.order'], actions: [admin]"
                        : "tables: [scenario.*], actions: [" + name + "]"));
        keys.grant("subject:4711", "tables: [scenario.*], actions: [admin]");
        issuer = new TokenIssuer();
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("sluice.auth.mode", "keys,oidc");
        settings.put("sluice.auth.oidc.issuer", issuer.address());
        settings.put("sluice.auth.oidc.audience", TokenIssuer.AUDIENCE);
        sluice = RunningSluice.start(directory.resolve("tables"), settings);
        for (String name : List.of(TABLE, "other.orders")) {
            String owner = name.equals(TABLE) ? "admin" : "other";
            sluice.post("/v1/tables")
                    .header("Authorization", keys.bearer(owner))
                    .json("{\"name\":\"" + name + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                    .send()
                    .expect(201);
        }
        operation = sluice.post("/v1/tables/" + TABLE + "/checkpoint")
                .header("Authorization", keys.bearer("admin"))
                .header("Prefer", "wait=10")
                .send()
                .expect(200)
                .json()
                .path("id")
                .asString();
    }

    @AfterAll
    static void stop() {
        sluice.close();
        issuer.close();
    }

    static List<String> endpoints() throws IOException {
        Map<String, Map<String, Map<String, Object>>> document =
                new Yaml().load(Files.readString(Path.of("openapi/openapi.yaml")));
        var endpoints = new ArrayList<String>();
        document.get("paths")
                .forEach((path, item) -> item.keySet().stream()
                        .filter(METHODS::contains)
                        .forEach(method -> endpoints.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));
        return endpoints;
    }

    @Test
    void each_endpoint_has_a_rule() throws IOException {
        assertThat(RULES.keySet())
                .as("endpoints of openapi/openapi.yaml and the rules of this test: say who may call a new one")
                .containsExactlyInAnyOrderElementsOf(endpoints());
    }

    static Stream<String> ofCallers() throws IOException {
        return endpoints().stream().filter(endpoint -> RULES.get(endpoint) != Rule.ANYBODY);
    }

    @ParameterizedTest
    @MethodSource("ofCallers")
    void whoever_is_not_known_is_told_how_to_be(String endpoint) {
        Answer nobody = call(endpoint, TABLE).send();
        nobody.expectProblem(401, "unauthenticated");
        assertThat(nobody.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"sluice\"");
        String wellKnown = keys.bearer("admin");
        for (String token : List.of(
                "Bearer " + Keys.make(),
                wellKnown.substring(0, wellKnown.length() - 2),
                keys.bearer("expired"),
                "Bearer " + issuer.token(claims -> claims.audience("somebody-else")),
                wellKnown.replace("Bearer", "Basic"),
                "Bearer")) {
            Answer bad = call(endpoint, TABLE).header("Authorization", token).send();
            bad.expectProblem(401, "unauthenticated");
            assertThat(bad.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
            assertThat(bad.header("Delta-Table-Version")).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void each_caller_may_do_what_he_has_a_grant_for(String endpoint) {
        Rule rule = RULES.get(endpoint);
        CALLERS.forEach((caller, actions) -> {
            Answer answer = call(endpoint, TABLE)
                    .header("Authorization", keys.bearer(caller))
                    .send();
            boolean allowed = switch (rule) {
                case ANYBODY, ANY_CALLER -> true;
                case SEES -> !actions.isEmpty();
                case READ, APPEND, CHANGE, CREATE, ALTER, MAINTAIN, ADMIN ->
                    actions.contains(rule.name().toLowerCase(java.util.Locale.ROOT));
            };
            String problem =
                    answer.status() < 400 ? "" : answer.json().path("type").asString("");
            if (allowed) {
                assertThat(problem)
                        .as(caller + ": " + answer.request() + " answered " + answer.text())
                        .isNotIn(
                                "/problems/unauthenticated",
                                "/problems/forbidden",
                                "/problems/table-not-found",
                                "/problems/operation-not-found",
                                "/problems/internal");
            } else if (actions.isEmpty() && rule != Rule.CREATE) {
                answer.expectProblem(404, endpoint.contains("operations") ? "operation-not-found" : "table-not-found");
                assertThat(answer.header("Delta-Table-Version")).isEmpty();
            } else {
                assertThat(answer.expectProblem(403, "forbidden").path("action").asString())
                        .isEqualToIgnoringCase(rule.name());
                assertThat(answer.header("Delta-Table-Version")).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void a_table_that_one_may_not_see_is_like_one_that_is_not_there(String endpoint) {
        if (!endpoint.contains("{table}")) {
            return;
        }
        List<Call> there = variations(endpoint, TABLE);
        List<Call> missing = variations(endpoint, "scenario.oooooo");
        for (int i = 0; i < there.size(); i++) {
            Answer one =
                    there.get(i).header("Authorization", keys.bearer("other")).send();
            Answer other =
                    missing.get(i).header("Authorization", keys.bearer("other")).send();
            assertThat(one.status()).isEqualTo(other.status());
            assertThat(told(one, TABLE)).isEqualTo(told(other, "scenario.oooooo"));
            assertThat(names(one.headers())).isEqualTo(names(other.headers()));
        }
    }

    /// The endpoint as it is, and with what goes wrong at other places on the way.
    private static List<Call> variations(String endpoint, String table) {
        return List.of(
                call(endpoint, table),
                call(endpoint, table).query("nonsense", 1),
                call(endpoint, table).body("application/octet-stream", new byte[] {1}),
                call(endpoint, table).accept("image/png"),
                call(endpoint, table).header("If-Match", "x"),
                call("OPTIONS " + endpoint.split(" ")[1], table),
                call("PUT " + endpoint.split(" ")[1], table),
                call("GET " + endpoint.split(" ")[1] + "/;", table));
    }

    private static String told(Answer answer, String table) {
        return answer.text().replace(answer.header("X-Request-Id"), "<id>").replace(table, "<table>");
    }

    private static Map<String, List<String>> names(HttpHeaders headers) {
        var same = new TreeMap<>(headers.map());
        List.of("date", "x-request-id", "content-length").forEach(same::remove);
        return same;
    }

    private static Call call(String endpoint, String table) {
        String[] parts = endpoint.split(" ");
        boolean operations = parts[1].startsWith("/v1/operations");
        String path = parts[1].replace("{table}", table)
                .replace("{version}", "0")
                .replace("{slug}", "not-found")
                .replace("{id}", operations ? operation : "00000000-0000-0000-0000-000000000000");
        Call call = sluice.call(parts[0], path);
        return endpoint.equals("POST /v1/tables") ? call.json("{\"name\":\"scenario.another\",\"columns\":[]}") : call;
    }
}
