package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Filters are expressions over the columns, and nothing else.
class HostileFiltersTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long", "name string", "at timestamp", "s struct<x:integer>");

    @BeforeEach
    void fill() {
        table.append("[{\"id\":1,\"name\":\"a\",\"s\":{\"x\":1}},{\"id\":2,\"name\":\"b\"}]");
    }

    private void refuses(String filter, int status, String slug) {
        for (String what : List.of("/rows", "/count")) {
            table.get(what).query("where", filter).send().expectProblem(status, slug);
        }
        assertThat(table.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "id =",
                "id = 1 AND",
                "(id = 1",
                "id = 1)",
                "id = 'a",
                "nope = 1",
                "s.nope = 1",
                "id",
                "1",
                "'x'",
                "name",
                "id = 1; DROP TABLE x",
                "id = 1 --",
                "true) OR (true",
                "id = 1 UNION SELECT 1",
                "true LIMIT 1",
                "true ORDER BY id",
                "true GROUP BY id",
                "id IN (SELECT 1)",
                "EXISTS (SELECT 1)",
                "(SELECT count(*) FROM range(10)) > 0",
                "id = (SELECT max(id) FROM t)",
                "id = ANY (SELECT 1)",
                "name = read_text('/etc/passwd')",
                "length(read_blob('/etc/hostname')) > 0",
                "getenv('HOME') = ''",
                "current_setting('memory_limit') = ''",
                "name IN (FROM read_csv('/etc/passwd'))",
                "pg_sleep(1) IS NULL",
                "count(*) > 0",
                "sum(id) > 0",
                "row_number() OVER () = 1",
                "nextval('s') = 1",
                "random() > 0.5",
                "uuid() = ''",
                "version() = ''",
                "id = ?",
                "id = $1",
                "id = :x",
                "COLUMNS(*) = 1",
                "* = 1",
                "file_row_number = 0",
                "filename = ''",
                "rowid = 0",
                "list_transform([1], lambda x: x) = [1]",
                "query('SELECT 1') = 1",
                "main.id = 1",
                "sqlite_master.x = 1",
                "id = 1 COLLATE nocase",
                "unnest([true])",
                "CASE WHEN true THEN (SELECT true) END",
                "write_log('x') IS NULL",
                "set_config('a','b') = ''",
                "\u0000",
                "id = 1 \u0000"
            })
    void a_filter_that_is_more_or_less_than_one(String filter) {
        refuses(filter, 400, "bad-filter");
    }

    @Test
    void a_hundred_thousand_terms() {
        long start = System.nanoTime();
        // Longer than a request line may be: the connector refuses it, before anything knows what was asked.
        Answer answer = table.rows()
                .query("where", String.join(" OR ", Collections.nCopies(100_000, "id=1")))
                .send();
        assertThat(answer.status()).as(answer.text()).isIn(400, 413, 414);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        refuses(String.join(" OR ", Collections.nCopies(2_100, "id=1")), 400, "bad-filter");
        assertThat(table.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(%s)", "NOT (%s)", "(%s) IS TRUE", "CASE WHEN %s THEN true ELSE false END"})
    void five_thousand_levels(String level) {
        String[] parts = level.split("%s");
        for (int depth : new int[] {100, 1_000, 5_000}) {
            String filter = parts[0].repeat(depth) + "id = 1" + (parts.length > 1 ? parts[1] : "").repeat(depth);
            Answer answer = table.rows().query("where", filter).send();
            assertThat(answer.status())
                    .as("%s levels: %s", depth, answer.text())
                    .isIn(200, 400, 413, 414);
            if (depth >= 5_000) {
                assertThat(answer.status()).isNotEqualTo(200);
            }
            if (answer.status() != 200) {
                answer.expectProblem(
                        answer.status(), answer.json().path("type").asString("").replace("/problems/", ""));
            }
        }
        assertThat(table.count()).isEqualTo(2);
    }

    @Test
    void a_long_chain_of_operators() {
        Answer answer =
                table.rows().query("where", "id = 1" + " + 1".repeat(3000)).send();
        answer.expectProblem(400, "bad-filter");
        table.rows().query("where", "id = " + "-".repeat(4000) + "1").send();
        assertThat(table.count()).isEqualTo(2);
    }

    @Test
    void no_file_of_this_machine_is_named_or_read(@TempDir Path elsewhere) throws Exception {
        Path secret = Files.writeString(elsewhere.resolve("secret.csv"), "a\n1\n");
        for (String filter : List.of(
                "id IN (FROM '" + secret + "')",
                "name = (SELECT a FROM '" + secret + "')",
                "name = read_text('" + secret + "')",
                "glob('" + secret + "') IS NOT NULL")) {
            refuses(filter, 400, "bad-filter");
        }
    }

    @Test
    void errors_of_evaluation_are_the_filters_fault() {
        for (String filter :
                List.of("CAST(name AS INTEGER) = 1", "id + 9223372036854775807 > 0", "at = 'not a time'", "name = 1")) {
            Answer answer = table.rows().query("where", filter).send();
            assertThat(answer.status()).as("%s: %s", filter, answer.text()).isIn(200, 400);
            if (answer.status() == 400) {
                answer.expectProblem(400, "bad-filter");
            }
        }
    }

    @Test
    void quotes_stay_inside_their_strings() {
        assertThat(table.rows()
                        .query("where", "name = 'a'' OR ''1''=''1'")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isZero();
        assertThat(table.rows()
                        .query("where", "name = 'a\" OR \"1\"=\"1'")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isZero();
        assertThat(table.rows()
                        .query("where", "`name` = 'a'")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(1);
        assertThat(table.rows()
                        .query("where", "\"name\" = 'a'")
                        .send()
                        .expect(200)
                        .json()
                        .path("rows")
                        .size())
                .isEqualTo(1);
    }
}
