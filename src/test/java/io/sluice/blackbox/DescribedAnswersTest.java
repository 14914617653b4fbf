package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// The OpenAPI document says what really comes back.
class DescribedAnswersTest {

    private static final String TABLE = "/v1/tables/{table}";

    private final RunningSluice sluice = RunningSluice.shared();
    private final JsonNode document =
            sluice.get("/openapi.json").send().expect(200).json();

    private JsonNode responses(String method, String path) {
        return document.path("paths").path(path).path(method).path("responses");
    }

    @ParameterizedTest
    @CsvSource({
        "post, /v1/tables, 201",
        "post, /v1/tables/{table}/transactions, 201",
        "delete, /v1/tables/{table}, 204",
        "delete, /v1/tables/{table}/transactions/{id}, 204",
        "post, /v1/tables/{table}/optimize, 202",
        "post, /v1/tables/{table}/optimize, 200",
        "post, /v1/tables/{table}/vacuum, 202",
        "delete, /v1/operations/{id}, 202",
        "get, /v1/tables/{table}/rows, 200"
    })
    void statuses_are_declared(String method, String path, String status) {
        assertThat(responses(method, path).has(status)).isTrue();
        assertThat(responses(method, path).has("default")).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "application/json",
        "application/x-ndjson",
        "text/csv",
        "application/vnd.apache.arrow.stream",
        "application/vnd.apache.parquet"
    })
    void rows_go_in_and_out_in_every_format(String type) {
        assertThat(responses("get", TABLE + "/rows").path("200").path("content").has(type))
                .isTrue();
        assertThat(responses("get", TABLE + "/changes")
                        .path("200")
                        .path("content")
                        .has(type))
                .isTrue();
        for (String path : new String[] {"/rows", "/upsert", "/transactions/{id}/rows"}) {
            assertThat(document.path("paths")
                            .path(TABLE + path)
                            .path("post")
                            .path("requestBody")
                            .path("content")
                            .has(type))
                    .as(path)
                    .isTrue();
        }
    }

    @Test
    void members_that_are_null_are_declared_so() {
        Table table = Table.of(sluice, "id long");
        assertThat(table.show().path("comment").isNull()).isTrue();
        assertThat(document.at("/components/schemas/TableView/properties/comment/type")
                        .toString())
                .contains("null");
        JsonNode commit =
                table.get("/history").send().expect(200).json().path("commits").path(0);
        assertThat(commit.path("userMetadata").isNull()).isTrue();
        for (String view : new String[] {"CommitView", "CommitDetailView"}) {
            assertThat(document.at("/components/schemas/" + view + "/properties/userMetadata/type")
                            .toString())
                    .contains("null");
        }
    }

    @Test
    void a_type_may_be_a_name_or_deltas_json() {
        assertThat(document.at("/components/schemas/JsonNode").isMissingNode()).isTrue();
        assertThat(document.at("/components/schemas/NewColumn/properties/type").has("type"))
                .isFalse();
    }
}
