package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// A directory of Parquet files that others wrote becomes a table, in place.
class ConvertTest {

    private static final AtomicInteger NEXT = new AtomicInteger();

    private final RunningSluice sluice = RunningSluice.shared();
    private final String name = "converted.t" + NEXT.incrementAndGet();
    private final Path directory = sluice.root().resolve("landing").resolve(name);

    private void parquet(String file, String select) throws Exception {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute("COPY (" + select + ") TO '" + path.toString().replace("'", "''") + "' (FORMAT parquet)");
        }
    }

    private Answer convert(String members) {
        return sluice.post("/v1/tables")
                .json(("{'name':'" + name + "','location':'" + directory + "','convertFrom':'parquet'" + members + "}")
                        .replace('\'', '"'))
                .send();
    }

    private Table table() {
        return new Table(sluice, name);
    }

    private static List<String> columns(JsonNode table) {
        return table.path("columns")
                .valueStream()
                .map(column -> column.path("name").asString() + " "
                        + column.path("type").asString(column.path("type").toString()))
                .toList();
    }

    @Test
    void files_in_partition_directories_are_a_table_with_statistics_and_history() throws Exception {
        parquet("day=2026-01-01/k=a%2Fb%3D1/1.parquet", "SELECT range AS id, 'n' || range AS name FROM range(10)");
        parquet(
                "day=2026-01-02/k=__HIVE_DEFAULT_PARTITION__/2.parquet",
                "SELECT range + 10 AS id, 'm' AS name, {'a': 1.5::DECIMAL(5,2), 'b': [1, 2]} AS s FROM range(5)");
        parquet("day=2026-01-02/k=ü x/3.parquet", "SELECT 100::BIGINT AS id, TIMESTAMPTZ '2026-01-01 00:00:00Z' AS at");
        Files.writeString(directory.resolve("_SUCCESS"), "");
        Files.writeString(directory.resolve("day=2026-01-01/.1.parquet.crc"), "x");

        JsonNode made = convert(",'partitionBy':[{'name':'day','type':'date'},'k'],'comment':'from elsewhere'")
                .expect(201)
                .json();
        assertThat(columns(made))
                .containsExactly(
                        "id long",
                        "name string",
                        "s struct<a:decimal(5,2),b:array<integer>>",
                        "at timestamp",
                        "day date",
                        "k string");
        assertThat(made.path("version").asLong()).isZero();
        assertThat(made.path("partitionBy").toString()).isEqualTo("[\"day\",\"k\"]");
        assertThat(made.path("comment").asString()).isEqualTo("from elsewhere");
        assertThat(made.path("statistics").path("rows").asLong()).isEqualTo(16);
        assertThat(made.path("statistics").path("files").asLong()).isEqualTo(3);

        assertThat(table().count()).isEqualTo(16);
        JsonNode rows = table().rows()
                .query("where", "id >= 14")
                .query("orderBy", "id")
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(rows.toString())
                .isEqualTo("[{\"id\":14,\"name\":\"m\",\"s\":{\"a\":\"1.50\",\"b\":[1,2]},\"at\":null,"
                        + "\"day\":\"2026-01-02\",\"k\":null},{\"id\":100,\"name\":null,\"s\":null,"
                        + "\"at\":\"2026-01-01T00:00:00.000000Z\",\"day\":\"2026-01-02\",\"k\":\"ü x\"}]");
        assertThat(table().get("/count")
                        .query("where", "k = 'a/b=1'")
                        .send()
                        .json()
                        .path("count")
                        .asInt())
                .isEqualTo(10);

        List<JsonNode> commit = ForeignReader.commits(directory).getFirst();
        JsonNode first = commit.stream()
                .filter(action -> action.has("add"))
                .map(action -> action.path("add"))
                .filter(add -> add.path("path").asString().endsWith("1.parquet"))
                .findFirst()
                .orElseThrow();
        assertThat(first.path("path").asString()).isEqualTo("day=2026-01-01/k=a%252Fb%253D1/1.parquet");
        assertThat(first.path("dataChange").asBoolean()).isTrue();
        JsonNode stats = Answer.JSON.readTree(first.path("stats").asString());
        assertThat(stats.toString())
                .isEqualTo("{\"numRecords\":10,\"tightBounds\":true,\"minValues\":{\"id\":0,\"name\":\"n0\"},"
                        + "\"maxValues\":{\"id\":9,\"name\":\"n9\"},\"nullCount\":{\"id\":0,\"name\":0}}");
        JsonNode history = table().get("/history")
                .send()
                .expect(200)
                .json()
                .path("commits")
                .get(0);
        assertThat(history.path("operation").asString()).isEqualTo("CONVERT");
        assertThat(history.path("operationMetrics").path("numConvertedFiles").asString())
                .isEqualTo("3");

        // It is a table like any other from now on.
        table().append("[{\"id\":7,\"day\":\"2026-01-02\",\"k\":\"z\"}]");
        sluice.delete(table().path() + "/rows").query("where", "id = 7").send().expect(200);
        assertThat(table().count()).isEqualTo(15);
        convert("").expectProblem(409, "table-exists");
    }

    @Test
    void row_groups_make_the_bounds_of_the_file_and_what_is_not_known_is_left_out() throws Exception {
        Path path = directory.resolve("1.parquet");
        Files.createDirectories(directory);
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("COPY (SELECT range - 3000 AS id, CASE WHEN range % 9 = 0 THEN NULL ELSE range END AS n,"
                    + " CASE WHEN range = 4000 THEN 'NaN'::DOUBLE ELSE range END AS d, range::FLOAT AS f,"
                    + " 'x' || (range % 7) AS s FROM range(6000)) TO '" + path
                    + "' (FORMAT parquet, ROW_GROUP_SIZE 2048)");
        }
        convert("").expect(201);
        JsonNode add = ForeignReader.commits(directory).getFirst().stream()
                .filter(action -> action.has("add"))
                .findFirst()
                .orElseThrow()
                .path("add");
        JsonNode stats = Answer.JSON.readTree(add.path("stats").asString());
        assertThat(stats.path("numRecords").asInt()).isEqualTo(6000);
        assertThat(stats.path("minValues").toString()).isEqualTo("{\"id\":-3000,\"n\":1,\"f\":-0.0,\"s\":\"x0\"}");
        assertThat(stats.path("maxValues").toString()).isEqualTo("{\"id\":2999,\"n\":5999,\"f\":5999.0,\"s\":\"x6\"}");
        assertThat(stats.path("nullCount").path("n").asInt()).isEqualTo(667);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT 1 AS id | SELECT 'x' AS id",
                "SELECT 1 AS id | SELECT 1 AS \"ID\"",
                "SELECT {'a': 1} AS s | SELECT {'A': 1} AS s",
                "SELECT 1 AS id | SELECT 1 AS \"a b\"",
                "SELECT 1 AS id | SELECT TIME '10:00:00' AS t",
                "SELECT 1 AS id | SELECT 1::BIGINT AS id"
            })
    void columns_that_clash_or_cannot_be_are_refused(String one, String other) throws Exception {
        parquet("1.parquet", one);
        parquet("2.parquet", other);
        convert("").expectProblem(422, "invalid-schema");
        assertThat(directory.resolve("_delta_log")).doesNotExist();
    }

    @Test
    void small_integers_are_put_together() throws Exception {
        parquet("1.parquet", "SELECT 1::TINYINT AS id");
        parquet("2.parquet", "SELECT 70000 AS id");
        assertThat(columns(convert("").expect(201).json())).containsExactly("id integer");
        assertThat(table().content()).containsExactly("{\"id\":1}", "{\"id\":70000}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",'partitionBy':['day']",
                ",'partitionBy':[{'name':'p','type':'integer'}]",
                ",'partitionBy':['p','q']",
                ",'partitionBy':['id']",
                ",'partitionBy':[{'name':'p','type':'array<long>'}]"
            })
    void directories_that_are_not_those_of_the_partition_columns_are_refused(String members) throws Exception {
        parquet("p=x/1.parquet", "SELECT 1 AS id");
        convert(members).expectProblem(422, "invalid-schema");
        assertThat(directory.resolve("_delta_log")).doesNotExist();
    }

    @Test
    void a_partition_column_that_is_in_the_files_too_is_refused() throws Exception {
        parquet("id=1/1.parquet", "SELECT 1 AS id");
        convert(",'partitionBy':[{'name':'id','type':'integer'}]").expectProblem(422, "invalid-schema");
    }

    @Test
    void what_is_no_directory_of_parquet_files_is_refused(@TempDir Path elsewhere) throws Exception {
        convert("").expectProblem(400, "bad-parameter");
        parquet("1.parquet", "SELECT 1 AS id");
        Files.writeString(directory.resolve("notes.txt"), "no Parquet");
        JsonNode problem = convert("").expectProblem(422, "invalid-schema");
        assertThat(problem.path("detail").asString()).contains("notes.txt");
        Files.delete(directory.resolve("notes.txt"));
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + name + "\",\"location\":\"" + elsewhere + "\",\"convertFrom\":\"parquet\"}")
                .send()
                .expectProblem(400, "bad-parameter");
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + name + "\",\"convertFrom\":\"parquet\"}")
                .send()
                .expectProblem(400, "bad-parameter");
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + name + "\",\"location\":\"" + directory + "\",\"convertFrom\":\"csv\"}")
                .send()
                .expectProblem(400, "bad-parameter");
        convert(",'columns':[]").expectProblem(400, "malformed-body");
        convert(",'partitionBy':[{'name':'p','kind':'x'}]").expectProblem(400, "malformed-body");
        convert(",'properties':{'delta.columnMapping.mode':'name'}").expectProblem(422, "unsupported-table-feature");
        convert("").expect(201);
        String again = name + "_again";
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + again + "\",\"location\":\"" + directory + "\",\"convertFrom\":\"parquet\"}")
                .send()
                .expectProblem(409, "table-exists");
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + again + "\",\"location\":\"" + directory.getParent()
                        + "\",\"convertFrom\":\"parquet\"}")
                .send()
                .expectProblem(400, "bad-parameter");
    }

    @Test
    void at_the_place_of_its_name_it_is_a_managed_table() throws Exception {
        Path managed = sluice.root().resolve(name.replace('.', '/'));
        parquet("1.parquet", "SELECT 1 AS id");
        Files.createDirectories(managed.getParent());
        Files.move(directory, managed);
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + name + "\",\"location\":\"" + managed + "\",\"convertFrom\":\"parquet\"}")
                .send()
                .expect(201);
        assertThat(table().count()).isEqualTo(1);
        sluice.delete(table().path()).query("purge", "true").send().expect(204);
        assertThat(managed).doesNotExist();
    }

    /// What is remembered of files, such as their types and the keys of their rows, is of what lay there before.
    @Test
    void a_directory_whose_files_were_made_anew_under_their_old_names_is_another_table() throws Exception {
        parquet("1.parquet", "SELECT range::BIGINT AS id, 'old' AS name FROM range(5)");
        convert("").expect(201);
        assertThat(upserted("[{\"id\":3,\"name\":\"new\"},{\"id\":7,\"name\":\"new\"}]"))
                .isEqualTo("1 1");
        assertThat(named("3")).isEqualTo("new");
        sluice.delete("/v1/tables/" + name).send().expect(204);
        Trees.delete(directory);

        parquet("1.parquet", "SELECT (range + 6)::INTEGER AS id, 'other' AS name FROM range(50)");
        convert("").expect(201);

        assertThat(named("7")).isEqualTo("other");
        assertThat(upserted("[{\"id\":3,\"name\":\"new\"},{\"id\":7,\"name\":\"new\"}]"))
                .isEqualTo("1 1");
        assertThat(named("7")).isEqualTo("new");
        assertThat(table().count()).isEqualTo(51);
    }

    private String upserted(String rows) {
        JsonNode done = sluice.post(table().path() + "/upsert")
                .query("key", "id")
                .json(rows)
                .send()
                .expect(200)
                .json();
        return done.path("inserted").asString("") + " " + done.path("updated").asString("");
    }

    private String named(String id) {
        JsonNode rows = table().rows()
                .query("where", "id = " + id)
                .send()
                .expect(200)
                .json()
                .path("rows");
        assertThat(rows.size()).isEqualTo(1);
        return rows.get(0).path("name").asString();
    }
}
