package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Columns whose names mean something where rows are changed: to the engine, or in a statement of ours. A change finds
/// the same rows whatever a column is called, also where its values are null.
class ColumnNamesTest {

    private static final String FEED = ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}";

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "k",
                "rowid",
                "ROWID",
                "n",
                "m",
                "r",
                "v",
                "value",
                "what",
                "gone",
                "row",
                "file",
                "file_index",
                "file_row_number",
                "filename",
                "source",
                "target",
                "arrival",
                "next",
                "count",
                "sluice_pairs"
            })
    void rows_are_found_whatever_a_column_is_called(String name) {
        Table table = Table.with(sluice, FEED, "id long", name + " string", "z string");
        table.append(
                rows("{'id':1,'NAME':'a','z':'a'},{'id':2,'NAME':'a','z':'a'},{'id':3,'NAME':null,'z':'a'}", name));

        assertThat(counts(upsert(table, "id", rows("{'id':1,'z':'b'},{'id':4,'z':'b'}", name))))
                .isEqualTo("1 1 0");
        assertThat(counts(upsert(table, "id", rows("{'id':2,'NAME':null,'z':'c'}", name))))
                .isEqualTo("0 1 0");
        assertThat(counts(upsert(table, "id," + name, rows("{'id':1,'NAME':'a','z':'d'},{'id':1,'NAME':'b'}", name))))
                .isEqualTo("1 1 0");
        JsonNode merged = sluice.post(table.path() + "/merge")
                .json(row(
                        "{'source':{'rows':[{'id':3,'z':'e'},{'id':5,'z':'e'}]},'on':'target.id = source.id',"
                                + "'whenMatched':[{'update':{'z':{'sql':'source.z'}}}],'whenNotMatched':[{'insert':'all'}],"
                                + "'whenNotMatchedBySource':[{'if':'target.id = 4','delete':true}]}",
                        name))
                .send()
                .expect(200)
                .json();
        assertThat(counts(merged)).isEqualTo("1 1 1");
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"id = 5 AND `" + name + "` IS NULL\",\"set\":{\"" + name + "\":\"f\"}}")
                .send()
                .expect(200);
        sluice.delete(table.path() + "/rows").query("where", "id = 3").send().expect(200);

        assertThat(table.content())
                .containsExactly(
                        row("{'id':1,'NAME':'a','z':'d'}", name),
                        row("{'id':1,'NAME':'b','z':null}", name),
                        row("{'id':2,'NAME':null,'z':'c'}", name),
                        row("{'id':5,'NAME':'f','z':'e'}", name));
    }

    private JsonNode upsert(Table table, String key, String rows) {
        return sluice.post(table.path() + "/upsert")
                .query("key", key)
                .json(rows)
                .send()
                .expect(200)
                .json();
    }

    private static String counts(JsonNode answer) {
        return answer.path("inserted").asString("") + " "
                + answer.path("updated").asString("") + " "
                + answer.path("deleted").asString("");
    }

    private static String rows(String rows, String name) {
        return "[" + row(rows, name) + "]";
    }

    private static String row(String text, String name) {
        return text.replace("NAME", name).replace('\'', '"');
    }

    /// The rows of a source that is a table are told apart by the same means.
    @ParameterizedTest
    @ValueSource(strings = {"k", "rowid"})
    void rows_of_a_table_are_merged_and_identities_handed_out(String name) {
        Table source = Table.of(sluice, "id long", name + " long");
        source.append(rows("{'id':1,'NAME':7},{'id':2,'NAME':null}", name));
        source.append(rows("{'id':3,'NAME':7}", name));
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json(("{'name':'" + table.name() + "','columns':[{'name':'id','type':'long'},{'name':'" + name
                                + "','type':'long'},{'name':'number','type':'long','identity':{'start':10}}]}")
                        .replace('\'', '"'))
                .send()
                .expect(201);
        sluice.post(table.path() + "/upsert")
                .query("key", "id")
                .json(rows("{'id':1,'NAME':null},{'id':4,'NAME':null}", name))
                .send()
                .expect(200);
        JsonNode merged = sluice.post(table.path() + "/merge")
                .json(("{'source':{'table':'" + source.name() + "'},'on':'target.id = source.id','whenMatched':"
                                + "[{'update':{'" + name + "':{'sql':'source.`" + name + "`'}}}],'whenNotMatched':"
                                + "[{'insert':{'id':{'sql':'source.id'}}}]}")
                        .replace('\'', '"'))
                .send()
                .expect(200)
                .json();
        assertThat(counts(merged)).isEqualTo("2 1 0");
        JsonNode numbers = table.rows()
                .query("select", "number")
                .query("orderBy", "number")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(numbers.toString()).isEqualTo("[{\"number\":10},{\"number\":11},{\"number\":12},{\"number\":13}]");
    }
}
