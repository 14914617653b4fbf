package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/// Appending to tables that Spark wrote: afterwards the table has its old rows and the new ones, as after Spark's
/// append; rows that break the table's rules and tables whose rules this service does not keep are refused, and
/// nothing is written.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceAppendTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final ConformancePack pack = ConformancePack.open();

    @TestFactory
    Stream<DynamicTest> tables_whose_rules_are_kept_take_rows() {
        return writable()
                .filter(table -> demanded(table).isEmpty())
                .filter(table -> table.path("write").path("append_ok").asBoolean(false))
                .map(table -> dynamicTest(name(table), () -> takesRows(table)));
    }

    @TestFactory
    Stream<DynamicTest> rows_that_break_a_rule_are_refused() {
        return writable()
                .filter(table -> demanded(table).isEmpty())
                .flatMap(table -> table.path("write")
                        .path("refuse_rows")
                        .valueStream()
                        .map(refused -> dynamicTest(
                                name(table) + " " + refused.path("row"),
                                () -> refusesRow(table, refused.path("row")))));
    }

    @TestFactory
    Stream<DynamicTest> tables_whose_rules_are_not_kept_refuse_rows() {
        return writable()
                .filter(table -> !demanded(table).isEmpty())
                .map(table -> dynamicTest(name(table), () -> refusesTable(table)));
    }

    private Stream<JsonNode> writable() {
        return pack.tables().stream().filter(table -> table.path("write").has("append_rows"));
    }

    private static String name(JsonNode table) {
        return table.path("name").asString();
    }

    /// Why the table must be refused: features that no writer knows.
    private static Set<String> demanded(JsonNode table) {
        String verdict = table.path("write").path("append_ok").asString("");
        if (verdict.startsWith("must refuse because ")) {
            return Set.of(verdict.substring("must refuse because ".length()));
        }
        return Set.of();
    }

    private void takesRows(JsonNode table) {
        String served = pack.serve(name(table), sluice, "appended");
        JsonNode write = table.path("write");
        Answer before = rows(served);
        CanonicalType.Struct columns = columns(served);
        JsonNode posted =
                post(served, write.path("append_rows").toString()).expect(200).json();
        assertThat(posted.path("rows").asInt())
                .isEqualTo(write.path("append_rows").size());
        assertThat(posted.path("rejected").size()).isZero();
        assertThat(posted.path("version").asLong()).isEqualTo(before.version() + 1);

        Answer after = rows(served);
        assertThat(after.version()).isEqualTo(before.version() + 1);
        var expected = new ArrayList<>(lines(columns, before.lines()));
        expected.addAll(lines(
                columns, write.path("rows_added_by_reference").valueStream().toList()));
        assertThat(lines(columns, after.lines())).isEqualTo(CanonicalRows.sorted(expected));
        assertThat(rowsAt(served, before.version()).lines()).hasSameSizeAs(before.lines());
    }

    private void refusesRow(JsonNode table, JsonNode row) {
        String served = pack.serve(name(table), sluice, "refused_rows");
        var files = Trees.listing(sluice.root().resolve(served.replace('.', '/')));
        Answer answer = post(served, "[" + row + "]");
        answer.expectProblem(422, "bad-rows");
        assertThat(answer.json().path("badRowCount").asInt()).isEqualTo(1);
        assertThat(answer.json().path("badRows").get(0).path("row").asInt(-1)).isZero();
        assertThat(Trees.listing(sluice.root().resolve(served.replace('.', '/'))))
                .isEqualTo(files);
    }

    private void refusesTable(JsonNode table) {
        String served = pack.serve(name(table), sluice, "refused");
        var files = Trees.listing(sluice.root().resolve(served.replace('.', '/')));
        Answer answer = post(served, table.path("write").path("append_rows").toString());
        answer.expectProblem(422, "unsupported-table-feature");
        assertThat(answer.text()).contains(demanded(table));
        assertThat(Trees.listing(sluice.root().resolve(served.replace('.', '/'))))
                .isEqualTo(files);
        rows(served).expect(200);
    }

    private Answer post(String table, String rows) {
        return sluice.post("/v1/tables/" + table + "/rows").json(rows).send();
    }

    private Answer rows(String table) {
        return sluice.get("/v1/tables/" + table + "/rows")
                .accept("application/x-ndjson")
                .send()
                .expect(200);
    }

    private Answer rowsAt(String table, long version) {
        return sluice.get("/v1/tables/" + table + "/rows")
                .query("version", version)
                .accept("application/x-ndjson")
                .send()
                .expect(200);
    }

    private CanonicalType.Struct columns(String table) {
        return CanonicalType.ofColumns(
                sluice.get("/v1/tables/" + table).send().expect(200).json().path("columns"));
    }

    private static List<String> lines(CanonicalType.Struct columns, List<JsonNode> rows) {
        return CanonicalRows.sorted(
                rows.stream().map(row -> CanonicalRows.line(columns, row)).toList());
    }
}
