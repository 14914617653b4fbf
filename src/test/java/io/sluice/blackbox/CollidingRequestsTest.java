package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two requests at two replicas, of which the second one is committed between the computation of the first and its log
/// entry: what the first is answered, and what the table then holds.
class CollidingRequestsTest {

    private static RunningSluice sluice;
    private static RunningSluice rival;

    /// @param problem that the first request is answered with; empty when it succeeds
    /// @param rows `id:p` of the rows afterwards, in order
    record Case(
            String name,
            Function<Table, Call> first,
            Function<Table, Call> rival,
            String problem,
            Map<String, Object> members,
            String rows) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() {
        rival = RunningSluice.shared();
        sluice = RunningSluice.startWith(rival.root(), Barrier.WithBarrier.class);
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private static Function<Table, Call> append(String rows) {
        return table -> table.post().json(rows);
    }

    private static Function<Table, Call> delete(String where) {
        return table -> table.sluice().delete(table.path() + "/rows").query("where", where);
    }

    private static Function<Table, Call> update(String where, String set) {
        return table -> table.sluice()
                .call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"" + where + "\",\"set\":{" + set + "}}");
    }

    private static Function<Table, Call> upsert(String rows) {
        return table ->
                table.sluice().post(table.path() + "/upsert").query("key", "id").json(rows);
    }

    private static Function<Table, Call> alter(String change) {
        return table -> table.sluice().call("PATCH", table.path()).json("{\"changes\":[{" + change + "}]}");
    }

    private static Function<Table, Call> overwrite(String rows) {
        return table -> table.post().query("mode", "overwrite").json(rows);
    }

    private static Function<Table, Call> merging(Function<Table, Call> request) {
        return table -> request.apply(table).query("mergeSchema", true);
    }

    private static Function<Table, Call> withKey(String key, Function<Table, Call> request) {
        return table -> request.apply(table).header("Idempotency-Key", key);
    }

    private static final String SET_INTERVAL =
            "\"op\":\"set-properties\",\"properties\":{\"delta.checkpointInterval\":\"20\"}";
    private static final String ADD_COLUMN = "\"op\":\"add-column\",\"column\":{\"name\":\"more\",\"type\":\"long\"}";
    private static final String ADD_OTHER = "\"op\":\"add-column\",\"column\":{\"name\":\"other\",\"type\":\"long\"}";

    static Stream<Case> cases() {
        return Stream.of(
                new Case(
                        "an append follows an append",
                        append("[{\"id\":7,\"p\":\"c\"}]"),
                        append("[{\"id\":8,\"p\":\"c\"}]"),
                        "",
                        Map.of("rows", 1, "version", 3),
                        "1:a 2:a 3:b 7:c 8:c"),
                new Case(
                        "an append follows a delete of everything",
                        append("[{\"id\":7,\"p\":\"a\"}]"),
                        delete("true"),
                        "",
                        Map.of("rows", 1),
                        "7:a"),
                new Case(
                        "an append follows a change of properties that it does not depend on",
                        append("[{\"id\":7,\"p\":\"a\"}]"),
                        alter(SET_INTERVAL),
                        "",
                        Map.of("rows", 1),
                        "1:a 2:a 3:b 7:a"),
                new Case(
                        "an append does not follow a change of the schema",
                        append("[{\"id\":7,\"p\":\"a\"}]"),
                        alter(ADD_COLUMN),
                        "metadata-changed",
                        Map.of("winningVersion", 2),
                        "1:a 2:a 3:b"),
                new Case(
                        "an append that brings a column follows an append",
                        merging(append("[{\"id\":7,\"p\":\"a\",\"more\":1}]")),
                        append("[{\"id\":8,\"p\":\"a\"}]"),
                        "",
                        Map.of("rows", 1, "version", 3),
                        "1:a 2:a 3:b 7:a 8:a"),
                new Case(
                        "an append that brings a column does not undo a change of properties",
                        merging(append("[{\"id\":7,\"p\":\"a\",\"more\":1}]")),
                        alter(SET_INTERVAL),
                        "metadata-changed",
                        Map.of("winningVersion", 2),
                        "1:a 2:a 3:b"),
                new Case(
                        "an append that brings a column does not undo a new feature",
                        merging(append("[{\"id\":7,\"p\":\"a\",\"more\":1}]")),
                        alter("\"op\":\"set-properties\",\"properties\":{\"delta.enableRowTracking\":\"true\"}"),
                        "protocol-changed",
                        Map.of("winningVersion", 2),
                        "1:a 2:a 3:b"),
                new Case(
                        "an overwrite that brings a column does not undo a change of properties",
                        merging(overwrite("[{\"id\":7,\"p\":\"a\",\"more\":1}]")),
                        alter(SET_INTERVAL),
                        "metadata-changed",
                        Map.of("winningVersion", 2),
                        "1:a 2:a 3:b"),
                new Case(
                        "an upsert that brings a column does not undo a change of properties",
                        merging(upsert("[{\"id\":7,\"p\":\"a\",\"more\":1}]")),
                        alter(SET_INTERVAL),
                        "metadata-changed",
                        Map.of("winningVersion", 2),
                        "1:a 2:a 3:b"),
                new Case(
                        "a delete is computed again after an append that it should have read",
                        delete("p = 'a'"),
                        append("[{\"id\":7,\"p\":\"a\"}]"),
                        "",
                        Map.of("deleted", 3, "version", 3),
                        "3:b"),
                new Case(
                        "a delete follows an append to another partition",
                        delete("p = 'a'"),
                        append("[{\"id\":7,\"p\":\"b\"}]"),
                        "",
                        Map.of("deleted", 2, "version", 3),
                        "3:b 7:b"),
                new Case(
                        "what was deleted meanwhile is not deleted twice",
                        delete("id = 1"),
                        delete("id = 1"),
                        "",
                        Map.of("deleted", 0, "version", 2),
                        "2:a 3:b"),
                new Case(
                        "two updates of one row happen one after the other",
                        update("id = 1", "\"p\":{\"sql\":\"p || 'x'\"}"),
                        update("id = 1", "\"p\":{\"sql\":\"p || 'y'\"}"),
                        "",
                        Map.of("updated", 1),
                        "1:ayx 2:a 3:b"),
                new Case(
                        "an update of rows that a delete has taken finds none",
                        update("id = 1", "\"p\":\"z\""),
                        delete("p = 'a'"),
                        "",
                        Map.of("updated", 0),
                        "3:b"),
                new Case(
                        "an update obeys a constraint that came meanwhile",
                        update("id = 1", "\"id\":500"),
                        alter("\"op\":\"add-constraint\",\"name\":\"small\",\"expression\":\"id < 100\""),
                        "constraint-violated",
                        Map.of(),
                        "1:a 2:a 3:b"),
                new Case(
                        "an upsert updates what was inserted meanwhile",
                        upsert("[{\"id\":9,\"p\":\"mine\"}]"),
                        upsert("[{\"id\":9,\"p\":\"theirs\"}]"),
                        "",
                        Map.of("updated", 1, "inserted", 0),
                        "1:a 2:a 3:b 9:mine"),
                new Case(
                        "an upsert follows an upsert of another row",
                        upsert("[{\"id\":1,\"p\":\"mine\"}]"),
                        upsert("[{\"id\":3,\"p\":\"theirs\"}]"),
                        "",
                        Map.of("updated", 1),
                        "1:mine 2:a 3:theirs"),
                new Case(
                        "a merge of a table with itself reads what was appended meanwhile",
                        table -> table.sluice()
                                .post(table.path() + "/merge")
                                .json("{\"source\":{\"table\":\"" + table.name() + "\"},"
                                        + "\"on\":\"target.p = 'x' AND target.id = source.id\","
                                        + "\"whenNotMatched\":[{\"insert\":{\"id\":{\"sql\":\"source.id + 10\"},"
                                        + "\"p\":\"x\"}}]}"),
                        append("[{\"id\":7,\"p\":\"c\"}]"),
                        "",
                        Map.of("inserted", 4, "version", 3),
                        "1:a 2:a 3:b 7:c 11:x 12:x 13:x 17:x"),
                new Case(
                        "an overwrite takes the place of what came meanwhile too",
                        overwrite("[{\"id\":5,\"p\":\"new\"}]"),
                        append("[{\"id\":7,\"p\":\"a\"}]"),
                        "",
                        Map.of("version", 3),
                        "5:new"),
                new Case(
                        "a change of the schema follows an append",
                        alter(ADD_COLUMN),
                        append("[{\"id\":7,\"p\":\"a\"}]"),
                        "",
                        Map.of("version", 3),
                        "1:a 2:a 3:b 7:a"),
                new Case(
                        "two changes of the schema are both made",
                        alter(ADD_COLUMN),
                        alter(ADD_OTHER),
                        "",
                        Map.of("version", 3),
                        "1:a 2:a 3:b"),
                new Case(
                        "a delete of one version only is told that there is another",
                        table -> delete("id = 1").apply(table).header("If-Match", "\"1\""),
                        append("[{\"id\":7,\"p\":\"b\"}]"),
                        "stale-version",
                        Map.of("expected", 1, "actual", 2),
                        "1:a 2:a 3:b 7:b"),
                new Case(
                        "one key at two replicas is one append",
                        withKey("same", append("[{\"id\":7,\"p\":\"a\"}]")),
                        withKey("same", append("[{\"id\":7,\"p\":\"a\"}]")),
                        "",
                        Map.of("replayed", true, "version", 2),
                        "1:a 2:a 3:b 7:a"),
                new Case(
                        "one key at two replicas is one delete, with the first one's answer",
                        withKey("same", delete("id = 1")),
                        withKey("same", delete("id = 1")),
                        "",
                        Map.of("replayed", true, "version", 2, "deleted", 1),
                        "2:a 3:b"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_two_requests_at_once(Case both) {
        Table table = Table.with(sluice, ",\"partitionBy\":[\"p\"]", "id long", "p string");
        table.append("[{\"id\":1,\"p\":\"a\"},{\"id\":2,\"p\":\"a\"},{\"id\":3,\"p\":\"b\"}]");
        Barrier.beforeNextEntry(
                table,
                () -> both.rival().apply(new Table(rival, table.name())).send().expect(200));

        Answer answer = both.first().apply(table).send();

        if (both.problem().isEmpty()) {
            answer.expect(200);
        } else {
            assertThat(answer.json().path("type").asString("")).isEqualTo("/problems/" + both.problem());
        }
        both.members()
                .forEach(
                        (member, value) -> assertThat(answer.json().path(member).asString(answer.text()))
                                .as(member)
                                .isEqualTo(value.toString()));
        for (RunningSluice replica : List.of(sluice, rival)) {
            assertThat(rows(new Table(replica, table.name()))).isEqualTo(both.rows());
        }
    }

    private static String rows(Table table) {
        return table.rows().query("orderBy", "id").accept("application/x-ndjson").send().expect(200).lines().stream()
                .map(row -> row.path("id").asString("") + ":" + row.path("p").asString(""))
                .reduce((before, next) -> before + " " + next)
                .orElse("");
    }
}
