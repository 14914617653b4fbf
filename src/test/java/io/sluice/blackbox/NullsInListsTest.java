package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A list of a request body has no null in it.
class NullsInListsTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POST | /v1/tables | {\"name\": \"nulls.t\", \"columns\": [null]} | columns",
                "POST | /v1/tables | {\"name\": \"nulls.t\", \"columns\": [{\"name\": \"id\", \"type\": \"long\"}],"
                        + " \"partitionBy\": [null]} | partitionBy",
                "POST | /v1/tables | {\"name\": \"nulls.t\", \"columns\": [{\"name\": \"id\", \"type\": \"long\"}],"
                        + " \"clusterBy\": [null]} | clusterBy",
                "PATCH | {table} | {\"changes\": [null]} | changes",
                "PATCH | {table} | {\"changes\": [{\"op\": \"unset-properties\", \"keys\": [null]}]} | keys",
                "POST | {table}/merge | {\"source\": {\"rows\": []}, \"on\": \"target.id = source.id\","
                        + " \"whenMatched\": [null]} | whenMatched",
                "POST | {table}/optimize | {\"zOrderBy\": [null]} | zOrderBy"
            })
    void it_is_refused_by_the_name_of_its_place(String method, String path, String body, String member) {
        Table table = Table.of(sluice, "id long");

        assertThat(sluice.call(method, path.replace("{table}", "/v1/tables/" + table.name()))
                        .json(body)
                        .send()
                        .expectProblem(400, "malformed-body")
                        .path("detail")
                        .asString())
                .contains(member);
    }

    @ParameterizedTest
    @CsvSource({"constraints", "properties"})
    void nor_is_a_value_of_a_new_table(String member) {
        String body = "{\"name\": \"nulls.t\", \"columns\": [{\"name\": \"id\", \"type\": \"long\"}], \"" + member
                + "\": {\"a\": null}}";

        sluice.post("/v1/tables").json(body).send().expectProblem(400, "malformed-body");
    }
}
