package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What callers with grants may do beyond the endpoints themselves: bodies that name tables, lists, the service's own
/// state, and what nobody may do.
class AccessTest {

    private static final String COLUMNS =
            "\"columns\":[{\"name\":\"id\",\"type\":\"long\"},{\"name\":\"n\",\"type\":\"long\"}]";

    private static RunningSluice sluice;
    private static Keys keys;

    @BeforeAll
    static void start(@TempDir Path directory) {
        keys = new Keys()
                .key("admin", "tables: ['*'], actions: [admin]")
                .key("scraper", "tables: ['*'], actions: [observe]")
                .key("mine", "tables: ['mine.*'], actions: [admin]")
                .key("appender", "tables: [mine.orders], actions: [append, read]")
                .key("keeper", "tables: ['mine.orders', 'mine.orders__rejected'], actions: [append, create]")
                .key("changer", "tables: [mine.*], actions: [change, append]")
                .grant("anyone", "tables: [public.*], actions: [read]");
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("sluice.operations.disabled", "vacuum, restore");
        sluice = RunningSluice.start(directory.resolve("tables"), settings);
        for (String name : List.of("mine.orders", "mine.stock", "public.rates", "secret.plans")) {
            as("admin", "POST", "/v1/tables")
                    .json("{\"name\":\"" + name + "\"," + COLUMNS + "}")
                    .send()
                    .expect(201);
        }
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private static Call as(String caller, String method, String path) {
        return sluice.call(method, path).header("Authorization", keys.bearer(caller));
    }

    @Test
    void lists_have_the_tables_that_the_caller_sees_and_pages_of_them_are_full() {
        assertThat(tables("admin", 1000)).contains("mine.orders", "mine.stock", "public.rates", "secret.plans");
        assertThat(tables("appender", 1000)).containsExactly("mine.orders", "public.rates");
        JsonNode first = as("appender", "GET", "/v1/tables")
                .query("limit", 1)
                .send()
                .expect(200)
                .json();
        assertThat(first.path("tables").path(0).path("name").asString()).isEqualTo("mine.orders");
        JsonNode second = as("appender", "GET", "/v1/tables")
                .query("limit", 1)
                .query("pageToken", first.path("nextPageToken").asString())
                .send()
                .expect(200)
                .json();
        assertThat(second.path("tables").path(0).path("name").asString()).isEqualTo("public.rates");
        assertThat(second.has("nextPageToken")).isFalse();
        assertThat(tables("scraper", 1000)).containsExactly("public.rates");
    }

    private static List<String> tables(String caller, int limit) {
        return as(caller, "GET", "/v1/tables")
                .query("limit", limit)
                .send()
                .expect(200)
                .json()
                .path("tables")
                .valueStream()
                .map(table -> table.path("name").asString())
                .toList();
    }

    @Test
    void operations_are_those_on_tables_that_the_caller_sees() {
        for (String name : List.of("mine.orders", "secret.plans")) {
            as("admin", "POST", "/v1/tables/" + name + "/checkpoint")
                    .header("Prefer", "wait=10")
                    .send()
                    .expect(200);
        }
        assertThat(operationTables("admin")).contains("mine.orders", "secret.plans");
        assertThat(operationTables("appender")).containsOnly("mine.orders");
        assertThat(operationTables("scraper")).isEmpty();
    }

    private static List<String> operationTables(String caller) {
        return as(caller, "GET", "/v1/operations")
                .send()
                .expect(200)
                .json()
                .path("operations")
                .valueStream()
                .map(operation -> operation.path("table").asString())
                .toList();
    }

    @Test
    void a_merge_reads_only_what_its_caller_may_read() {
        String body =
                "{\"source\":{\"table\":\"%s\"},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"delete\":true}]}";
        as("changer", "POST", "/v1/tables/mine.orders/merge")
                .json(body.formatted("public.rates"))
                .send()
                .expect(200);
        as("changer", "POST", "/v1/tables/mine.orders/merge")
                .json(body.formatted("mine.stock"))
                .send()
                .expectProblem(403, "forbidden");
        as("changer", "POST", "/v1/tables/mine.orders/merge")
                .json(body.formatted("secret.plans"))
                .send()
                .expectProblem(404, "table-not-found");
    }

    @Test
    void overwriting_takes_change_and_new_columns_take_alter() {
        as("appender", "POST", "/v1/tables/mine.orders/rows")
                .query("mode", "overwrite")
                .json("[{\"id\":1}]")
                .send()
                .expectProblem(403, "forbidden");
        as("appender", "POST", "/v1/tables/mine.orders/rows")
                .query("mergeSchema", true)
                .json("[{\"id\":1,\"more\":2}]")
                .send()
                .expectProblem(403, "forbidden");
        as("changer", "POST", "/v1/tables/mine.orders/upsert")
                .query("mergeSchema", true)
                .query("key", "id")
                .json("[{\"id\":1,\"more\":2}]")
                .send()
                .expectProblem(403, "forbidden");
    }

    @Test
    void a_quarantine_is_a_table_that_the_caller_must_be_allowed_to_write() {
        as("appender", "POST", "/v1/tables/mine.orders/rows")
                .query("onBadRow", "quarantine")
                .json("[{\"id\":\"x\"}]")
                .send()
                .expectProblem(403, "forbidden");
        as("keeper", "POST", "/v1/tables/mine.orders/rows")
                .query("onBadRow", "quarantine")
                .json("[{\"id\":\"x\"}]")
                .send()
                .expect(200);
    }

    @Test
    void who_may_create_may_not_give_a_name_to_a_place() {
        as("mine", "POST", "/v1/tables")
                .json("{\"name\":\"mine.alias\",\"location\":\"" + sluice.tableDirectory("secret", "plans") + "\"}")
                .send()
                .expectProblem(403, "forbidden");
        as("mine", "POST", "/v1/tables")
                .json("{\"name\":\"secret.plans\"," + COLUMNS + "}")
                .send()
                .expectProblem(403, "forbidden");
    }

    @Test
    void what_is_switched_off_nobody_may_do() {
        assertThat(as("admin", "POST", "/v1/tables/mine.stock/vacuum")
                        .send()
                        .expectProblem(403, "forbidden")
                        .path("operation")
                        .asString())
                .isEqualTo("vacuum");
        as("appender", "POST", "/v1/tables/secret.plans/vacuum").send().expectProblem(404, "table-not-found");
    }

    @Test
    void commits_name_who_made_them() {
        as("changer", "POST", "/v1/tables/mine.stock/rows")
                .json("[{\"id\":1}]")
                .send()
                .expect(200);
        as("changer", "DELETE", "/v1/tables/mine.stock/rows")
                .query("where", "id = 1")
                .send()
                .expect(200);
        JsonNode commits = as("mine", "GET", "/v1/tables/mine.stock/history")
                .send()
                .expect(200)
                .json()
                .path("commits");
        assertThat(commits.valueStream().map(commit -> commit.path("userName").asString()))
                .containsExactly("changer", "changer", "admin");
    }

    @Test
    void an_operation_commits_for_who_began_it() {
        as("mine", "POST", "/v1/tables")
                .json("{\"name\":\"mine.packed\"," + COLUMNS + "}")
                .send()
                .expect(201);
        for (int i = 0; i < 2; i++) {
            as("mine", "POST", "/v1/tables/mine.packed/rows")
                    .json("[{\"id\":1}]")
                    .send()
                    .expect(200);
        }
        as("admin", "POST", "/v1/tables/mine.packed/optimize")
                .header("Prefer", "wait=20")
                .send()
                .expect(200);
        JsonNode newest = as("mine", "GET", "/v1/tables/mine.packed/history")
                .send()
                .expect(200)
                .json()
                .path("commits")
                .path(0);
        assertThat(newest.path("operation").asString()).isEqualTo("OPTIMIZE");
        assertThat(newest.path("userName").asString()).isEqualTo("admin");
    }

    @Test
    void metrics_are_for_operators() {
        sluice.get("/actuator/prometheus").send().expectProblem(401, "unauthenticated");
        as("mine", "GET", "/actuator/prometheus").send().expectProblem(403, "forbidden");
        as("scraper", "GET", "/actuator/prometheus").send().expect(200);
        as("admin", "GET", "/actuator/prometheus").send().expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/actuator/health", "/actuator/health/readiness", "/actuator/health/liveness"})
    void strangers_hear_whether_the_service_is_well(String path) {
        Map<String, Answer> answers = Map.of(
                "stranger", sluice.get(path).send(),
                "unknown",
                        sluice.get(path)
                                .header("Authorization", "Bearer " + Keys.make())
                                .send(),
                "mine", as("mine", "GET", path).send());
        answers.forEach((caller, answer) ->
                assertThat(answer.expect(200).json().propertyNames()).as(caller).isSubsetOf("status", "groups"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"scraper", "admin"})
    void operators_hear_from_readiness_why_the_service_is_not_well(String caller) {
        JsonNode readiness = as(caller, "GET", "/actuator/health/readiness")
                .send()
                .expect(200)
                .json();
        assertThat(readiness.path("components").propertyNames()).contains("storage", "access");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/problems",
                "/problems/forbidden",
                "/openapi.json",
                "/openapi.yaml",
                "/swagger-ui/index.html"
            })
    void strangers_may_read_what_the_documents_tell(String path) {
        sluice.get(path).send().expect(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/nothing",
                "/v1/nothing",
                "/v1/query",
                "/actuator",
                "/actuator/env",
                "/delta-sharing/shares"
            })
    void strangers_may_ask_nothing_else(String path) {
        sluice.get(path).send().expectProblem(401, "unauthenticated");
    }

    @Test
    void a_grant_to_anyone_is_for_every_caller_and_for_no_stranger() {
        as("keeper", "GET", "/v1/tables/public.rates/rows").send().expect(200);
        sluice.get("/v1/tables/public.rates/rows").send().expectProblem(401, "unauthenticated");
    }
}
