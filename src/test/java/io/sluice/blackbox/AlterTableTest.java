package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Changes of a table's definition: one commit for all, old files read as before, every version with its own schema.
class AlterTableTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private Answer patch(Table table, String changes) {
        return sluice.call("PATCH", table.path())
                .json(("{'changes':[" + changes + "]}").replace('\'', '"'))
                .send();
    }

    private JsonNode alter(Table table, String changes) {
        return patch(table, changes).expect(200).json();
    }

    private static String columns(JsonNode table) {
        return String.join(
                ",",
                table.path("columns")
                        .valueStream()
                        .map(column -> column.path("name").asString() + " "
                                + column.path("type").asString())
                        .toList());
    }

    private JsonNode operation(Table table) {
        return table.get("/history")
                .query("limit", 1)
                .send()
                .expect(200)
                .json()
                .path("commits")
                .get(0);
    }

    @Test
    void columns_are_added_where_they_should_stand_and_old_rows_have_nulls() {
        Table table = Table.of(sluice, "id long", "s struct<a:integer,b:map<string,struct<x:long>>>");
        table.append("[{\"id\":1,\"s\":{\"a\":2,\"b\":{\"k\":{\"x\":3}}}}]");
        JsonNode altered = alter(
                table,
                "{'op':'add-column','column':{'name':'last','type':'date','comment':'c'}},"
                        + "{'op':'add-column','column':{'name':'zero','type':'string'},'first':true},"
                        + "{'op':'add-column','column':{'name':'one','type':'double','default':'1.5'},'after':'id'},"
                        + "{'op':'add-column','column':{'name':'s.c','type':'boolean'},'after':'a'},"
                        + "{'op':'add-column','column':{'name':'s.b.value.y','type':'string'}}");
        assertThat(columns(altered))
                .isEqualTo("zero string,id long,one double,"
                        + "s struct<a:integer,c:boolean,b:map<string,struct<x:long,y:string>>>,last date");
        assertThat(altered.path("version").asInt()).isEqualTo(2);
        assertThat(operation(table).path("operation").asString()).isEqualTo("ADD COLUMNS");
        table.append("[{\"id\":2,\"s\":{\"a\":1,\"c\":true,\"b\":{\"k\":{\"x\":1,\"y\":\"z\"}}}}]");
        assertThat(table.content())
                .containsExactly(
                        "{\"zero\":null,\"id\":1,\"one\":null,\"s\":{\"a\":2,\"c\":null,\"b\":{\"k\":{\"x\":3,\"y\":null}}},\"last\":null}",
                        "{\"zero\":null,\"id\":2,\"one\":1.5,\"s\":{\"a\":1,\"c\":true,\"b\":{\"k\":{\"x\":1,\"y\":\"z\"}}},\"last\":null}");
        assertThat(columns(table.get("").query("version", 1).send().expect(200).json()))
                .isEqualTo("id long,s struct<a:integer,b:map<string,struct<x:long>>>");
        assertThat(table.rows()
                        .query("version", 1)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .get(0)
                        .toString())
                .isEqualTo("{\"id\":1,\"s\":{\"a\":2,\"b\":{\"k\":{\"x\":3}}}}");
    }

    @Test
    void columns_are_renamed_and_dropped_with_column_mapping_on_demand() {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string", "s struct<a:long,b:long>");
        table.append("[{\"id\":1,\"p\":\"x\",\"s\":{\"a\":1,\"b\":2}}]");
        JsonNode altered = alter(
                table,
                "{'op':'rename-column','name':'id','to':'key number'},{'op':'rename-column','name':'p','to':'part'},"
                        + "{'op':'rename-column','name':'s.b','to':'c'},{'op':'drop-column','name':'s.a'}");
        assertThat(columns(altered)).isEqualTo("key number long,part string,s struct<c:long>");
        assertThat(altered.path("partitionBy").toString()).isEqualTo("[\"part\"]");
        assertThat(altered.path("properties").path("delta.columnMapping.mode").asString())
                .isEqualTo("name");
        assertThat(altered.path("protocol").path("writerFeatures").toString()).contains("columnMapping");
        table.append("[{\"key number\":2,\"part\":\"y\",\"s\":{\"c\":5}}]");
        alter(table, "{'op':'add-column','column':{'name':'id','type':'string'}}");
        assertThat(table.content())
                .containsExactly(
                        "{\"key number\":1,\"part\":\"x\",\"s\":{\"c\":2},\"id\":null}",
                        "{\"key number\":2,\"part\":\"y\",\"s\":{\"c\":5},\"id\":null}");
        assertThat(table.rows()
                        .query("version", 1)
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .get(0)
                        .toString())
                .isEqualTo("{\"id\":1,\"p\":\"x\",\"s\":{\"a\":1,\"b\":2}}");
        alter(table, "{'op':'drop-column','name':'key number'}");
        assertThat(operation(table).path("operation").asString()).isEqualTo("DROP COLUMNS");
        assertThat(columns(table.show())).isEqualTo("part string,s struct<c:long>,id string");
    }

    @Test
    void types_are_widened_and_old_files_read_in_the_new_type() throws IOException {
        Table table = Table.of(
                sluice, "b byte", "i integer", "f float", "d date", "m decimal(5,2)", "a array<map<string,short>>");
        table.append("[{\"b\":1,\"i\":2,\"f\":0.5,\"d\":\"2026-01-02\",\"m\":\"1.25\",\"a\":[{\"k\":3}]}]");
        JsonNode altered = alter(
                table,
                "{'op':'change-type','name':'b','type':'short'},{'op':'change-type','name':'b','type':'integer'},"
                        + "{'op':'change-type','name':'i','type':'long'},{'op':'change-type','name':'f','type':'double'},"
                        + "{'op':'change-type','name':'d','type':'timestamp_ntz'},"
                        + "{'op':'change-type','name':'m','type':'decimal(10,3)'},"
                        + "{'op':'change-type','name':'a.element.value','type':'integer'}");
        assertThat(columns(altered))
                .isEqualTo("b integer,i long,f double,d timestamp_ntz,m decimal(10,3),a array<map<string,integer>>");
        assertThat(altered.path("protocol").path("readerFeatures").toString()).contains("typeWidening", "timestampNtz");
        table.append("[{\"b\":100000,\"i\":5000000000,\"f\":0.1,\"d\":\"2026-01-02T03:04:05\",\"m\":\"1000000.125\","
                + "\"a\":[{\"k\":100000}]}]");
        assertThat(table.content())
                .containsExactly(
                        "{\"b\":1,\"i\":2,\"f\":0.5,\"d\":\"2026-01-02T00:00:00.000000\",\"m\":\"1.250\",\"a\":[{\"k\":3}]}",
                        "{\"b\":100000,\"i\":5000000000,\"f\":0.1,\"d\":\"2026-01-02T03:04:05.000000\",\"m\":\"1000000.125\",\"a\":[{\"k\":100000}]}");
        assertThat(table.rows()
                        .query("where", "b = 1 AND m < 2")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(1);
        String log = Files.readString(table.directory().resolve("_delta_log/00000000000000000002.json"));
        assertThat(log)
                .contains("\\\"delta.typeChanges\\\":[{\\\"fromType\\\":\\\"byte\\\",\\\"toType\\\":\\\"short\\\"},")
                .contains("\\\"fieldPath\\\":\\\"element.value\\\"");
    }

    /// The statistics of its file say 0.7, which as a double is more than the float that the file holds.
    @Test
    void a_float_that_was_widened_is_found_by_its_value() {
        Table table = Table.of(sluice, "f float");
        table.append("[{\"f\":0.7}]");
        alter(table, "{'op':'change-type','name':'f','type':'double'}");
        JsonNode rows = table.rows()
                .query("where", "f < 0.7 AND f > 0.6999")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(rows.toString()).isEqualTo("[{\"f\":" + (double) 0.7f + "}]");
    }

    @Test
    void a_partition_column_that_an_expression_names_keeps_its_name() {
        Table table = Table.with(
                sluice, ",\"partitionBy\":[\"p\"],\"constraints\":{\"c\":\"p <> 'x'\"}", "id long", "p string");
        patch(table, "{'op':'rename-column','name':'p','to':'q'}").expectProblem(422, "invalid-schema");
    }

    @Test
    void rows_are_asked_for_what_is_left_of_the_changes() {
        Table table = Table.of(sluice, "id long", "a long", "s struct<x:long>", "c long");
        table.append("[{\"id\":1,\"a\":1,\"s\":{\"x\":1}}]");
        String notNull = "{'op':'set-nullable','name':'%s','nullable':false}";
        String renamed = ",{'op':'rename-column','name':'%s','to':'%s'}";

        alter(table, "{'op':'add-constraint','name':'n','expression':'id > 5'},{'op':'drop-constraint','name':'N'}");
        alter(table, notNull.formatted("c") + ",{'op':'set-nullable','name':'c','nullable':true}");
        patch(table, notNull.formatted("c") + renamed.formatted("c", "d")).expectProblem(422, "constraint-violated");
        patch(
                        table,
                        renamed.formatted("a", "b").substring(1) + renamed.formatted("c", "a") + ","
                                + notNull.formatted("a"))
                .expectProblem(422, "constraint-violated");
        patch(
                        table,
                        renamed.formatted("a", "b").substring(1)
                                + ",{'op':'add-column','column':{'name':'a','type':'long'}}," + notNull.formatted("a"))
                .expectProblem(422, "constraint-violated");
        alter(table, notNull.formatted("c") + ",{'op':'drop-column','name':'c'}");
        JsonNode altered = alter(
                table,
                notNull.formatted("a") + "," + notNull.formatted("s.x") + renamed.formatted("a", "b")
                        + renamed.formatted("s", "t"));
        assertThat(columns(altered)).isEqualTo("id long,b long,t struct<x:long>");
        assertThat(altered.path("columns").get(1).path("nullable").asBoolean(true))
                .isFalse();
    }

    @Test
    void constraints_and_not_null_ask_the_rows_that_are_there_first() {
        Table table = Table.of(sluice, "id long", "s struct<a:long>");
        table.append("[{\"id\":1,\"s\":{\"a\":1}},{\"id\":-5,\"s\":{\"a\":null}}]");
        long version = table.version();
        Answer refused = patch(
                table,
                "{'op':'set-comment','comment':'all or nothing'},"
                        + "{'op':'add-constraint','name':'positive','expression':'id > 0'}");
        refused.expectProblem(422, "constraint-violated");
        assertThat(refused.json().path("constraint").asString()).isEqualTo("positive");
        assertThat(refused.json().path("rows").get(0).path("id").asInt()).isEqualTo(-5);
        patch(table, "{'op':'set-nullable','name':'s.a','nullable':false}").expectProblem(422, "constraint-violated");
        assertThat(table.version()).isEqualTo(version);
        assertThat(table.show().path("comment").isNull()).isTrue();

        alter(
                table,
                "{'op':'add-constraint','name':'small','expression':'id < 100'},{'op':'set-nullable','name':'id','nullable':false}");
        table.post().json("[{\"id\":100}]").send().expectProblem(422, "bad-rows");
        table.post().json("[{\"s\":null}]").send().expectProblem(422, "bad-rows");
        assertThat(table.show().path("constraints").toString()).isEqualTo("{\"small\":\"id < 100\"}");
        alter(table, "{'op':'drop-constraint','name':'SMALL'}");
        assertThat(operation(table).path("operation").asString()).isEqualTo("DROP CONSTRAINT");
        alter(table, "{'op':'set-nullable','name':'id','nullable':true}");
        table.append("[{\"id\":100},{\"s\":null}]");
    }

    @Test
    void comments_and_defaults_come_and_go() {
        Table table = Table.of(sluice, "id long", "n integer");
        JsonNode altered = alter(
                table,
                "{'op':'set-comment','comment':'of the table'},{'op':'set-comment','name':'n','comment':'of n'},"
                        + "{'op':'set-default','name':'n','default':'41 + 1'}");
        assertThat(altered.path("comment").asString()).isEqualTo("of the table");
        assertThat(altered.path("columns").get(1).path("comment").asString()).isEqualTo("of n");
        assertThat(altered.path("protocol").path("writerFeatures").toString()).contains("allowColumnDefaults");
        table.append("[{\"id\":1}]");
        alter(table, "{'op':'set-default','name':'n','default':null},{'op':'set-comment','name':'n','comment':null}");
        table.append("[{\"id\":2}]");
        assertThat(table.content()).containsExactly("{\"id\":1,\"n\":42}", "{\"id\":2,\"n\":null}");
        assertThat(table.show().path("columns").get(1).has("comment")).isFalse();
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "delta.appendOnly,true,appendOnly",
        "delta.columnMapping.mode,name,columnMapping",
        "delta.enableChangeDataFeed,true,changeDataFeed",
        "delta.enableDeletionVectors,true,deletionVectors",
        "delta.enableInCommitTimestamps,true,inCommitTimestamp",
        "delta.enableRowTracking,true,rowTracking",
        "delta.enableTypeWidening,true,typeWidening",
        "delta.checkpointPolicy,v2,v2Checkpoint",
    })
    void a_property_brings_its_feature_to_a_table_with_rows(String property, String value, String feature) {
        Table table = Table.with(
                sluice,
                ",\"properties\":{\"delta.enableDeletionVectors\":\"false\"}",
                "id long",
                "s struct<a:integer>");
        table.append("[{\"id\":1,\"s\":{\"a\":2}}]");
        JsonNode altered = alter(table, "{'op':'set-properties','properties':{'" + property + "':'" + value + "'}}");
        if (!feature.equals("appendOnly")) {
            assertThat(altered.path("protocol").path("writerFeatures").toString())
                    .contains(feature);
        }
        assertThat(altered.path("properties").path(property).asString()).isEqualTo(value);
        assertThat(operation(table).path("operation").asString()).isEqualTo("SET TBLPROPERTIES");
        table.append("[{\"id\":3}]");
        assertThat(table.content()).containsExactly("{\"id\":1,\"s\":{\"a\":2}}", "{\"id\":3,\"s\":null}");
        if (!feature.equals("columnMapping")) {
            alter(table, "{'op':'unset-properties','keys':['" + property + "']}");
            assertThat(table.show().path("properties").has(property)).isFalse();
            table.append("[{\"id\":4}]");
        }
    }

    @Test
    void clustering_and_features_are_written_down() {
        Table table = Table.of(sluice, "id long", "s struct<a:long>");
        JsonNode altered = alter(
                table,
                "{'op':'cluster-by','columns':['id','s.a']},{'op':'add-feature','feature':'vacuumProtocolCheck'}");
        assertThat(altered.path("clusterBy").toString()).isEqualTo("[\"id\",\"s.a\"]");
        assertThat(altered.path("protocol").path("readerFeatures").toString()).contains("vacuumProtocolCheck");
        patch(table, "{'op':'drop-column','name':'s.a'}").expectProblem(422, "invalid-schema");
        alter(table, "{'op':'cluster-by','columns':[]}");
        assertThat(table.show().path("clusterBy").toString()).isEqualTo("[]");
        alter(table, "{'op':'drop-column','name':'s'}");
    }

    @Test
    void a_change_is_for_the_version_that_it_names() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        sluice.call("PATCH", table.path())
                .header("If-Match", "\"0\"")
                .json("{\"changes\":[{\"op\":\"set-comment\",\"comment\":\"x\"}]}")
                .send()
                .expectProblem(412, "stale-version");
        Answer done = sluice.call("PATCH", table.path())
                .header("If-Match", "\"1\"")
                .header("Sluice-Commit-Info", "{\"ticket\":7}")
                .json("{\"changes\":[{\"op\":\"set-comment\",\"comment\":\"x\"}]}")
                .send()
                .expect(200);
        assertThat(done.header("ETag")).isEqualTo("\"2\"");
        assertThat(operation(table).path("userMetadata").asString()).contains("ticket");
        assertThat(alter(table, "{'op':'set-comment','comment':'x'}")
                        .path("version")
                        .asInt())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'op':'nothing'}|400|malformed-body",
                "{'op':'drop-column'}|400|malformed-body",
                "{'op':'drop-column','name':'id','to':'x'}|400|malformed-body",
                "{'op':'drop-column','name':'id','x':1}|400|malformed-body",
                "{'op':'drop-column','name':'missing'}|422|invalid-schema",
                "{'op':'drop-column','name':'id'}|422|invalid-schema",
                "{'op':'drop-column','name':'ts'}|422|invalid-schema",
                "{'op':'drop-column','name':'day'}|422|invalid-schema",
                "{'op':'rename-column','name':'id','to':'x'}|422|invalid-schema",
                "{'op':'rename-column','name':'s.a','to':'B'}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'ID','type':'long'}}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'a b','type':'long'}}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'Sluice$file','type':'long'}}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'x','type':'long','nullable':false}}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'x','type':'long','generatedAs':'id'}}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'x','type':'long'},'after':'missing'}|422|invalid-schema",
                "{'op':'add-column','column':{'name':'id.x','type':'long'}}|422|invalid-schema",
                "{'op':'change-type','name':'n','type':'short'}|422|invalid-schema",
                "{'op':'change-type','name':'n','type':'string'}|422|invalid-schema",
                "{'op':'change-type','name':'id','type':'double'}|422|invalid-schema",
                "{'op':'set-default','name':'n','default':'rand()'}|422|unsupported-table-feature",
                "{'op':'set-default','name':'day','default':'1'}|422|invalid-schema",
                "{'op':'set-properties','properties':{'delta.nothing':'1'}}|422|invalid-schema",
                "{'op':'set-properties','properties':{'delta.columnMapping.mode':'id'}}|422|invalid-schema",
                "{'op':'set-properties','properties':{'delta.constraints.c':'1'}}|422|invalid-schema",
                "{'op':'add-constraint','name':'c','expression':'id >'}|422|invalid-schema",
                "{'op':'add-constraint','name':'c','expression':'hash(id) > 1'}|422|unsupported-table-feature",
                "{'op':'add-constraint','name':'known','expression':'id > 1'}|422|invalid-schema",
                "{'op':'drop-constraint','name':'c'}|422|invalid-schema",
                "{'op':'cluster-by','columns':['id']}|422|invalid-schema",
                "{'op':'add-feature','feature':'icebergCompatV2'}|422|unsupported-table-feature",
                "{'op':'add-feature','feature':'catalogManaged'}|422|unsupported-table-feature",
            })
    void what_cannot_be_is_refused_and_changes_nothing(String change, int status, String type) {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json(("{'name':'" + table.name()
                                + "','columns':[{'name':'id','type':'long'},{'name':'n','type':'integer'},"
                                + "{'name':'s','type':'struct<a:long,b:long>'},{'name':'ts','type':'timestamp'},"
                                + "{'name':'day','type':'date','generatedAs':'CAST(ts AS DATE)'}],"
                                + "'partitionBy':['day'],'constraints':{'known':'id IS NOT NULL'}}")
                        .replace('\'', '"'))
                .send()
                .expect(201);
        table.append("[{\"id\":1}]");
        var files = table.files();
        patch(table, "{'op':'set-comment','comment':'x'}," + change).expectProblem(status, type);
        assertThat(table.files()).isEqualTo(files);
        table.append("[{\"id\":2}]");
    }
}
