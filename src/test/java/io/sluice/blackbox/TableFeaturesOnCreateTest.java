package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Properties that stand for a table feature make a table that names the feature and takes rows, or are refused by
/// name.
class TableFeaturesOnCreateTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "delta.appendOnly,true,appendOnly",
        "delta.columnMapping.mode,name,columnMapping",
        "delta.columnMapping.mode,id,columnMapping",
        "delta.enableChangeDataFeed,true,changeDataFeed",
        "delta.enableDeletionVectors,true,deletionVectors",
        "delta.enableInCommitTimestamps,true,inCommitTimestamp",
        "delta.enableRowTracking,true,rowTracking",
        "delta.enableTypeWidening,true,typeWidening",
        "delta.checkpointPolicy,v2,v2Checkpoint",
    })
    void a_property_brings_its_feature(String property, String value, String feature) {
        Table table = Table.with(
                sluice, ",\"properties\":{\"" + property + "\":\"" + value + "\"}", "id long", "s struct<a:integer>");
        JsonNode shown = table.show();
        assertThat(shown.path("protocol").path("writerFeatures").toString()).contains(feature);
        assertThat(shown.path("properties").path(property).asString()).isEqualTo(value);
        table.append("[{\"id\":1,\"s\":{\"a\":2}},{\"id\":3}]");
        table.append("[{\"id\":4}]");
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"s\":{\"a\":2}}", "{\"id\":3,\"s\":null}", "{\"id\":4,\"s\":null}");
        assertThat(table.get("/count")
                        .query("version", 1)
                        .send()
                        .expect(200)
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "delta.constraints.positive,id > 0",
        "delta.enableIcebergCompatV1,true",
        "delta.enableIcebergCompatV2,true",
        "delta.feature.futureFeature,supported",
        "delta.columnMapping.mode,nonsense",
        "delta.appendOnly,maybe",
    })
    void a_property_that_is_not_kept_is_refused(String property, String value) {
        Table table = Table.unmade(sluice);
        Answer answer = sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":" + Table.columns("id long")
                        + ",\"properties\":{\"" + property + "\":\"" + value + "\"}}")
                .send();
        assertThat(answer.status()).as(answer.text()).isIn(400, 422, 501);
        assertThat(table.directory()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"columns\":[{\"name\":\"id\",\"type\":\"string\",\"identity\":{\"always\":true,\"start\":1,\"step\":1}}]",
                "\"columns\":[{\"name\":\"id\",\"type\":\"long\"}],\"constraints\":{\"positive\":\"rand() > 0\"}",
            })
    void what_appends_would_not_keep_is_refused_at_creation(String members) {
        Table table = Table.unmade(sluice);
        Answer answer = sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\"," + members + "}")
                .send();
        assertThat(answer.status()).as(answer.text()).isIn(422, 501);
        assertThat(table.directory()).doesNotExist();
    }
}
