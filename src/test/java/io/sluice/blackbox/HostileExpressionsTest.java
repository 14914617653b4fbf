package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/// Every place that takes an expression takes no more than one, however it is dressed and however deep it is.
class HostileExpressionsTest {

    private static final String OTHER = "scenario.elsewhere";
    private static final List<String> SLUGS = List.of(
            "bad-filter", "bad-sql", "bad-parameter", "invalid-schema", "unsupported-table-feature", "malformed-body");

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.with(
            sluice,
            ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}",
            "id long",
            "name string",
            "flag boolean");

    @BeforeEach
    void fill() {
        table.append("[{\"id\":1,\"name\":\"a\"},{\"id\":2,\"name\":\"b\"}]");
    }

    /// Where an expression of a client goes, and how.
    private record Place(String name, BiFunction<Table, String, Call> call) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static Place where(String name, String method, String path) {
        return new Place(
                name,
                (table, text) ->
                        table.sluice().call(method, table.path() + path).query("where", text));
    }

    private static Place document(String name, String method, String path, String template) {
        return new Place(
                name,
                (table, text) -> table.sluice()
                        .call(method, path.startsWith("/v1") ? path : table.path() + path)
                        .json(template.replace("'X'", quoted(text))));
    }

    private static String quoted(String text) {
        return Answer.JSON.writeValueAsString(text);
    }

    static Stream<Place> places() {
        String source = "{\"source\":{\"rows\":[{\"id\":1,\"name\":\"x\",\"flag\":true}]},";
        String column = "{\"name\":\"" + OTHER + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"},"
                + "{\"name\":\"name\",\"type\":\"string\"},{\"name\":\"flag\",\"type\":\"boolean\",";
        return Stream.of(
                where("read", "GET", "/rows"),
                where("count", "GET", "/count"),
                where("changes", "GET", "/changes"),
                where("delete", "DELETE", "/rows"),
                document("update", "PATCH", "/rows", "{\"where\":'X',\"set\":{\"id\":1}}"),
                document("set", "PATCH", "/rows", "{\"where\":\"true\",\"set\":{\"flag\":{\"sql\":'X'}}}"),
                new Place(
                        "replaceWhere",
                        (table, text) -> table.post()
                                .query("mode", "overwrite")
                                .query("replaceWhere", text)
                                .json("[{\"id\":1}]")),
                new Place(
                        "deleteWhen",
                        (table, text) -> table.sluice()
                                .post(table.path() + "/upsert")
                                .query("key", "id")
                                .query("deleteWhen", text)
                                .json("[{\"id\":1}]")),
                document("on", "POST", "/merge", source + "\"on\":'X',\"whenMatched\":[{\"delete\":true}]}"),
                document(
                        "matched",
                        "POST",
                        "/merge",
                        source + "\"on\":\"target.id = source.id\",\"whenMatched\":[{\"if\":'X',\"delete\":true}]}"),
                document(
                        "insert",
                        "POST",
                        "/merge",
                        source
                                + "\"on\":\"target.id = source.id\",\"whenNotMatched\":[{\"insert\":{\"flag\":{\"sql\":'X'}}}]}"),
                document("optimize", "POST", "/optimize", "{\"where\":'X'}"),
                document("generated", "POST", "/v1/tables", column + "\"generatedAs\":'X'}]}"),
                document("default", "POST", "/v1/tables", column + "\"default\":'X'}]}"),
                document(
                        "constraint",
                        "POST",
                        "/v1/tables",
                        column + "\"nullable\":true}],\"constraints\":{\"c\":'X'}}"),
                document(
                        "later",
                        "PATCH",
                        "",
                        "{\"changes\":[{\"op\":\"add-constraint\",\"name\":\"c\",\"expression\":'X'}]}"));
    }

    private void refuses(Place place, String text) {
        Answer answer = place.call().apply(table, text).send();
        String shown = place + ": " + (text.length() > 100 ? text.substring(0, 100) : text);
        assertThat(answer.status()).as("%s: %s", shown, answer.text()).isIn(400, 413, 414, 422);
        String slug = answer.json().path("type").asString("").replace("/problems/", "");
        assertThat(answer.status() > 412 && answer.status() < 415 || SLUGS.contains(slug))
                .as("%s: %s", shown, answer.text())
                .isTrue();
        answer.expectProblem(answer.status(), slug);
    }

    private void isAsBefore() {
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"name\":\"a\",\"flag\":null}", "{\"id\":2,\"name\":\"b\",\"flag\":null}");
        sluice.get("/v1/tables/" + OTHER).send().expectProblem(404, "table-not-found");
    }

    /// Attempts to read files, addresses, settings and other tables, to run statements, and to leave the expression.
    private static final List<String> ESCAPES = List.of(
            "read_text('/etc/passwd') = ''",
            "(SELECT content FROM read_text('/etc/passwd')) = ''",
            "name IN (FROM '/etc/passwd')",
            "name IN (SELECT a FROM read_csv('/etc/passwd'))",
            "EXISTS (FROM read_parquet('/var/*.parquet'))",
            "EXISTS (FROM read_json('http://127.0.0.1:1/x'))",
            "EXISTS (FROM 's3://bucket/x.parquet')",
            "EXISTS (FROM glob('/*'))",
            "EXISTS (FROM duckdb_settings())",
            "EXISTS (FROM duckdb_secrets())",
            "EXISTS (FROM pragma_database_list)",
            "EXISTS (FROM information_schema.tables)",
            "getenv('AWS_SECRET_ACCESS_KEY') IS NULL",
            "current_setting('temp_directory') = ''",
            "parse_path('/etc/passwd') IS NULL",
            "getvariable('x') IS NULL",
            "query('SELECT true')",
            "query_table('scenario.t1')",
            "true; ATTACH '/var/x.db'",
            "true; COPY (SELECT 1) TO '/var/x'",
            "true; INSTALL httpfs",
            "true; LOAD httpfs",
            "true; SET enable_external_access = true",
            "true; PRAGMA version",
            "true; CREATE SECRET (TYPE s3)",
            "true; CALL pragma_version()",
            "true; EXPORT DATABASE '/var/x'",
            "true; SELECT pg_sleep(100)",
            "true /* */ UNION ALL SELECT true",
            "true) UNION ALL (SELECT true",
            "true) OR EXISTS (SELECT 1",
            "true -- ",
            "true /*",
            "true # ",
            "name = '\\' OR true --",
            "\"name\"\" = 'a'",
            "`name``; DROP TABLE x` = 'a'",
            "name = $$a$$",
            "name = E'\\x41'",
            "name = U&'\\0041'",
            "id = (VALUES (1))",
            "id = [x for x in [1]][1]",
            "id = list_sum([1])",
            "struct_pack(a := 1) IS NULL",
            "len(repeat('x', 1000000000)) > 0",
            "count(*) OVER () > 0",
            "name = current_user",
            "name SIMILAR TO '(((((a*)*)*)*)*)*b'",
            "name GLOB '*'",
            "txid_current() > 0",
            "nextval('s') > 0",
            "hash(id) = 1",
            "input_file_name() = ''",
            "__internal_compress_string_uinteger(name) IS NULL",
            "name = 'a' \u0000",
            "name\u00a0= 'a'");

    @ParameterizedTest
    @MethodSource("places")
    void no_text_leaves_its_expression(Place place) {
        for (String text : ESCAPES) {
            refuses(place, text);
        }
        isAsBefore();
    }

    /// What nests: what comes before each level, the innermost, what comes after each.
    private record Form(String open, String inner, String close) {

        String at(int depth) {
            return open.repeat(depth) + inner + close.repeat(depth);
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("(", "true", ")"),
            new Form("NOT ", "true", ""),
            new Form("NOT (", "true", ")"),
            new Form("CASE WHEN ", "true", " THEN true ELSE false END"),
            new Form("CASE WHEN true THEN ", "true", " ELSE false END"),
            new Form("CASE WHEN true THEN false ELSE ", "true", " END"),
            new Form("true AND (", "true", ")"),
            new Form("(", "true", " OR false)"),
            new Form("coalesce(", "true", ", false)"),
            new Form("CAST(", "true", " AS BOOLEAN)"),
            new Form("TRY_CAST(", "true", " AS BOOLEAN)"),
            new Form("(", "true", " IS TRUE)"),
            new Form("(", "true", ") IS NOT NULL"),
            new Form("(", "true", " = true)"),
            new Form("true = (", "true", ")"),
            new Form("(", "true", " IN (true))"),
            new Form("true IN (", "true", ")"),
            new Form("true BETWEEN (", "true", ") AND true"),
            new Form("", "true", "::BOOLEAN"),
            new Form("1 = ", "1", ""),
            new Form("true AND id BETWEEN 1 AND ", "1", ""));

    /// The same for numbers and texts, which a comparison closes.
    private static final List<Form> VALUES = List.of(
            new Form("-", "1", ""),
            new Form("- ", "1", ""),
            new Form("+", "1", ""),
            new Form("-(", "1", ")"),
            new Form("abs(", "1", ")"),
            new Form("greatest(1, ", "1", ")"),
            new Form("(1 + ", "1", ")"),
            new Form("", "1", " + 1"),
            new Form("", "1", " * 1"),
            new Form("1 - ", "1", ""),
            new Form("", "1", "::BIGINT"),
            new Form("CAST(", "1", " AS BIGINT)"),
            new Form("nullif(", "1", ", 2)"),
            new Form("[", "1", "]"),
            new Form("array(", "1", ")"),
            new Form("struct(", "1", ")"),
            new Form("CASE id WHEN 1 THEN ", "1", " END"),
            new Form("(", "1", ")"));

    @ParameterizedTest
    @MethodSource("places")
    void six_hundred_levels_and_more_of_anything_are_refused_at_once(Place place) {
        long begunNanos = System.nanoTime();
        for (int depth : new int[] {600, 850, 1_100}) {
            for (Form form : FORMS) {
                refuses(place, form.at(depth));
            }
            for (Form form : VALUES) {
                refuses(place, "1 = " + form.at(depth));
            }
            refuses(place, "name = " + new Form("lower(", "name", ")").at(depth));
            refuses(place, "name = " + new Form("concat('a', ", "name", ")").at(depth));
            refuses(place, "name = " + new Form("", "name", " || 'a'").at(depth));
            refuses(place, "name LIKE " + new Form("trim(", "name", ")").at(depth));
            refuses(place, "name" + ".x".repeat(depth) + " = 1");
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(Duration.ofSeconds(30));
        isAsBefore();
    }

    /// A log that another hand has written may hold any text: its rules are read with the same care.
    @Test
    void rules_of_a_hostile_log_are_refused_by_name() throws IOException {
        for (Form form : FORMS) {
            Table hostile = Table.unmade(sluice);
            Trees.copy(table.directory(), hostile.directory());
            define(hostile, "delta.constraints.deep", form.at(900));

            Answer answer = hostile.post().json("[{\"id\":3}]").send();

            answer.expectProblem(422, "unsupported-table-feature");
            assertThat(hostile.count()).isEqualTo(2);
        }
        for (String text : ESCAPES) {
            Table hostile = Table.unmade(sluice);
            Trees.copy(table.directory(), hostile.directory());
            define(hostile, "delta.constraints.odd", text);

            Answer answer = hostile.post().json("[{\"id\":3}]").send();

            assertThat(answer.status()).as("%s: %s", text, answer.text()).isEqualTo(422);
            answer.expectProblem(422, "unsupported-table-feature");
            assertThat(hostile.count()).isEqualTo(2);
        }
    }

    /// Commits the table's metadata again with one property more.
    private static void define(Table table, String property, String value) throws IOException {
        Path log = table.directory().resolve("_delta_log");
        for (String line : Files.readAllLines(log.resolve("00000000000000000000.json"))) {
            if (line.startsWith("{\"metaData\"")) {
                var action = (ObjectNode) Answer.JSON.readTree(line);
                ((ObjectNode) action.path("metaData").path("configuration")).put(property, value);
                Files.writeString(
                        log.resolve("00000000000000000002.json"),
                        "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":4}}\n" + action + "\n");
            }
        }
    }
}
