package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Dates and times beyond the years 0001 to 9999: no request makes them, and those that other writers made do no harm.
class CalendarRangeTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "d|CAST('infinity' AS DATE)",
                "d|CAST('-infinity' AS DATE)",
                "d|CAST('12000-01-01' AS DATE)",
                "d|CAST('0044-03-15 (BC)' AS DATE)",
                "d|coalesce(e, CAST('infinity' AS DATE))",
                "t|CAST('infinity' AS TIMESTAMP)",
                "t|CAST('12000-01-01 00:00:00+00' AS TIMESTAMP)",
                "n|CAST('infinity' AS TIMESTAMP_NTZ)",
                "n|CAST('infinity' AS DATE)",
            })
    void a_computed_value_lies_within(String column, String sql) {
        Table table = Table.of(sluice, "id long", "d date", "e date", "t timestamp", "n timestamp_ntz");
        table.append("[{\"id\":1},{\"id\":2,\"e\":\"2026-01-02\"}]");
        var files = table.files();
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"true\",\"set\":{\"" + column + "\":{\"sql\":\"" + sql + "\"}}}")
                .send()
                .expectProblem(400, "bad-sql");
        sluice.post(table.path() + "/merge")
                .json(
                        "{\"source\":{\"rows\":[{\"id\":3}]},\"on\":\"target.id = source.id\",\"whenNotMatched\":[{\"insert\":{\""
                                + column + "\":{\"sql\":\"" + sql.replace("e,", "NULL,") + "\"}}}]}")
                .send()
                .expectProblem(400, "bad-sql");
        assertThat(table.files()).isEqualTo(files);
    }

    @Test
    void the_ends_of_the_calendar_are_within() {
        Table table = Table.of(sluice, "id long", "d date", "t timestamp", "n timestamp_ntz");
        table.append("[{\"id\":1}]");
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"true\",\"set\":{\"d\":{\"sql\":\"CAST('0001-01-01' AS DATE)\"},"
                        + "\"t\":{\"sql\":\"CAST('9999-12-31 23:59:59.999999+00' AS TIMESTAMP)\"},"
                        + "\"n\":{\"sql\":\"CAST('0001-01-01 00:00:00' AS TIMESTAMP_NTZ)\"}}}")
                .send()
                .expect(200);
        assertThat(table.content())
                .containsExactly("{\"id\":1,\"d\":\"0001-01-01\",\"t\":\"9999-12-31T23:59:59.999999Z\","
                        + "\"n\":\"0001-01-01T00:00:00.000000\"}");
    }

    @Test
    void a_generated_value_lies_within() {
        Table table = Table.unmade(sluice);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"columns\":[{\"name\":\"days\",\"type\":\"integer\"},"
                        + "{\"name\":\"d\",\"type\":\"date\",\"generatedAs\":\"date_add(DATE'2026-01-01', days)\"}]}")
                .send()
                .expect(201);
        table.append("[{\"days\":1}]");
        table.post().json("[{\"days\":100000000}]").send().expectProblem(422, "bad-rows");
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"true\",\"set\":{\"days\":100000000}}")
                .send()
                .expectProblem(422, "constraint-violated");
        assertThat(table.content()).containsExactly("{\"days\":1,\"d\":\"2026-01-02\"}");
    }

    @Test
    void files_of_other_writers_are_written_anew_without_such_bounds() throws Exception {
        Table table = Table.unmade(sluice);
        Path directory = sluice.root().resolve("landing").resolve(table.name());
        Files.createDirectories(directory);
        Files.write(
                directory.resolve("1.parquet"),
                Bodies.parquet("SELECT 1::BIGINT AS id, DATE 'infinity' AS d, TIMESTAMP 'infinity' AS n UNION ALL"
                        + " SELECT 2, DATE '2026-01-01', TIMESTAMP '12000-01-01 00:00:00'"));
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name() + "\",\"location\":\"" + directory
                        + "\",\"convertFrom\":\"parquet\"}")
                .send()
                .expect(201);
        sluice.call("PATCH", table.path() + "/rows")
                .json("{\"where\":\"true\",\"set\":{\"id\":{\"sql\":\"id + 10\"}}}")
                .send()
                .expect(200);
        assertThat(table.get("/count")
                        .query("where", "id > 10 AND d > DATE'2026-01-01'")
                        .send()
                        .expect(200)
                        .json()
                        .path("count")
                        .asLong(-1))
                .isEqualTo(1);
        List<String> statistics = ForeignReader.commits(directory).stream()
                .flatMap(List::stream)
                .map(action -> action.path("add").path("stats").asString(""))
                .filter(text -> !text.isEmpty())
                .toList();
        assertThat(statistics).hasSize(2).noneMatch(text -> text.contains("inf") || text.contains("12000"));
        assertThat(statistics).allMatch(text -> text.contains("\"d\":\"2026-01-01\""));
    }
}
