package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Changes that break a rule of the table: a problem, the version of before, no file left behind; with deletion
/// vectors and with copies of files.
class BadChangesTest {

    private final RunningSluice sluice = RunningSluice.shared();

    private Table table(String members) {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json(("{'name':'" + table.name()
                                + "','columns':[{'name':'id','type':'long'},{'name':'n','type':'integer'},"
                                + "{'name':'twice','type':'integer','generatedAs':'n * 2'},"
                                + "{'name':'given','type':'long','identity':{'always':false}},"
                                + "{'name':'key','type':'long','identity':{}}],'constraints':{'small':'n < 100'}"
                                + members
                                + "}")
                        .replace('\'', '"'))
                .send()
                .expect(201);
        table.append("[{\"id\":1,\"n\":0},{\"id\":2,\"n\":2},{\"id\":3,\"n\":3}]");
        return table;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "PATCH|/rows|{'where':'id = 2','set':{'n':100}}|422|constraint-violated",
                "PATCH|/rows|{'where':'true','set':{'n':{'sql':'n + 98'}}}|422|constraint-violated",
                "PATCH|/rows|{'where':'id = 2','set':{'n':null}}|422|constraint-violated",
                "PATCH|/rows|{'where':'id = 2','set':{'twice':7}}|422|constraint-violated",
                "PATCH|/rows|{'where':'id = 2','set':{'key':7}}|422|constraint-violated",
                "PATCH|/rows|{'where':'1 / n > 0','set':{'n':1}}|400|bad-filter",
                "DELETE|/rows?where=1%20/%20n%20%3E%200||400|bad-filter",
                "DELETE|/rows?where=||400|bad-parameter",
                "POST|/upsert?key=id|[{'id':2,'n':5},{'id':9,'n':100}]|422|constraint-violated",
                "POST|/upsert?key=id|[{'id':2,'n':5,'twice':11}]|422|constraint-violated",
                "POST|/upsert?key=id|[{'id':9,'n':5,'key':11}]|422|constraint-violated",
                "POST|/upsert?key=id|[{'id':2,'n':5},{'id':2,'n':6}]|422|duplicate-keys",
                "POST|/upsert?key=id&deleteWhen=1/n%3E0|[{'id':2,'n':0}]|400|bad-filter",
                "POST|/merge|{'source':{'rows':[{'id':2,'n':100}]},'on':'target.id = source.id','whenMatched':[{'update':'all'}]}|422|constraint-violated",
                "POST|/merge|{'source':{'rows':[{'id':9,'key':4}]},'on':'target.id = source.id','whenNotMatched':[{'insert':'all'}]}|422|constraint-violated",
                "POST|/merge|{'source':{'rows':[{'id':2,'n':1},{'id':2,'n':2}]},'on':'target.id = source.id','whenMatched':[{'update':'all'}]}|422|ambiguous-merge",
                "POST|/rows?mode=overwrite|[{'id':9,'n':100}]|422|bad-rows",
                "POST|/rows?mode=overwrite&replaceWhere=id%3D2|[{'id':9,'n':1}]|422|bad-rows",
                "POST|/rows?mode=overwrite&replaceWhere=1/n%3E0|[]|400|bad-filter",
            })
    void a_change_that_breaks_a_rule_leaves_nothing_behind(
            String method, String path, String body, int status, String type) {
        for (String members : new String[] {
            "", ",'properties':{'delta.enableDeletionVectors':'false','delta.enableChangeDataFeed':'true'}"
        }) {
            Table table = table(members);
            var files = table.files();
            Call call = sluice.call(method, table.path() + path);
            (body == null ? call : call.json(body.replace('\'', '"'))).send().expectProblem(status, type);
            assertThat(table.files()).isEqualTo(files);
            assertThat(table.version()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"n > 0", "1 / n > 0", "twice < 5"})
    void a_constraint_that_rows_break_is_not_added(String expression) {
        Table table = table("");
        var files = table.files();
        sluice.call("PATCH", table.path())
                .json("{\"changes\":[{\"op\":\"add-constraint\",\"name\":\"c\",\"expression\":\"" + expression
                        + "\"}]}")
                .send()
                .expectProblem(422, "constraint-violated");
        assertThat(table.files()).isEqualTo(files);
    }
}
