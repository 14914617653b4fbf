package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.capi.ArrowConnection;
import io.sluice.compute.capi.ArrowDatabase;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Scans whose batches DuckDB's own threads make, beside the same through the driver.
class StreamsTest {

    private static final String FOREVER = "SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b";

    @TempDir
    Path directory;

    private DuckDb duckDb;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(
                List.of(directory), directory.resolve("spill"), 1L << 20, 192L << 20, 192L << 20, 2, 4, 16));
    }

    @AfterEach
    void close() {
        duckDb.close();
    }

    private static Column column(String name, DataType type) {
        return new Column(name, type);
    }

    private static final Schema EVERY_TYPE = new Schema(List.of(
            column("id", Primitive.LONG),
            column("byte", Primitive.BYTE),
            column("short", Primitive.SHORT),
            column("integer", Primitive.INTEGER),
            column("float", Primitive.FLOAT),
            column("double", Primitive.DOUBLE),
            column("boolean", Primitive.BOOLEAN),
            column("string", Primitive.STRING),
            column("binary", Primitive.BINARY),
            column("date", Primitive.DATE),
            column("timestamp", Primitive.TIMESTAMP),
            column("ntz", Primitive.TIMESTAMP_NTZ),
            column("small", new DataType.Decimal(9, 2)),
            column("large", new DataType.Decimal(38, 10)),
            column("array", new DataType.Array(Primitive.STRING, true)),
            column("map", new DataType.Map(Primitive.STRING, Primitive.LONG, true)),
            column("struct", new DataType.Struct(List.of(column("a", Primitive.LONG), column("b", Primitive.STRING)))),
            column("absent", Primitive.STRING)));

    /// Seven rows of each type from this id on, one of them all null.
    private static String everyType(int from) {
        return """
            SELECT CASE WHEN n %% 7 <> 3 THEN COLUMNS(*) END FROM (
              SELECT range AS n, range + 9007199254740993 AS id, range::TINYINT AS byte, (range * 300)::SMALLINT AS short,
                (range * 70000)::INTEGER AS "integer", (range / 3)::FLOAT AS "float",
                CASE range %% 7 WHEN 1 THEN 'nan' WHEN 2 THEN '-inf' ELSE range / 7 END::DOUBLE AS "double",
                range %% 2 = 0 AS "boolean", 'wörter "' || range || chr(9) AS string, ('\\xAA' || range)::BLOB AS "binary",
                DATE '0001-01-01' + range::INTEGER AS "date", TIMESTAMPTZ '1969-12-31 23:59:59.999999Z' + to_microseconds(range) AS "timestamp",
                TIMESTAMP '9999-12-31 23:59:59' - to_seconds(range) AS ntz, (range / 4)::DECIMAL(9, 2) AS small,
                ('-1234567890123456789012345678.' || range + 1000000000)::DECIMAL(38, 10) AS "large", ['a', NULL, range::VARCHAR] AS "array",
                MAP {'k' || range: range, 'none': NULL} AS "map", {'a': range, 'b': 'b' || range} AS "struct"
              FROM range(%d, %d))
            """.formatted(from, from + 7);
    }

    private Path parquet(String name, String select) throws Exception {
        Path file = directory.resolve(name);
        return duckDb.call(DuckDb.Purpose.INGEST, connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("COPY (" + select + ") TO " + DuckDb.literal(file.toString()) + " (FORMAT parquet)");
            }
            return file;
        });
    }

    /// So many files that no scan of them is a look-up.
    private Scan everyType() throws Exception {
        var files = new ArrayList<Scan.File>();
        for (int number = 0; number < 6; number++) {
            Path path = parquet("types" + number + ".parquet", everyType(number * 7));
            Optional<long[]> deleted = number == 4 ? Optional.of(new long[] {0, 5}) : Optional.empty();
            files.add(new Scan.File(path, Map.of(), deleted));
        }
        return new Scan(EVERY_TYPE, List.of(), Scan.Binding.PHYSICAL_NAME, files);
    }

    private Scan numbers(int rowsOfEach) throws Exception {
        var files = new ArrayList<Scan.File>();
        for (int number = 0; number < 5; number++) {
            String select = "SELECT range AS id, uuid()::VARCHAR AS text FROM range(%d, %d)";
            Path path = parquet(
                    "numbers" + number + ".parquet", select.formatted(number * rowsOfEach, (number + 1) * rowsOfEach));
            files.add(new Scan.File(path, Map.of(), Optional.empty()));
        }
        var schema = new Schema(List.of(column("id", Primitive.LONG), column("text", Primitive.STRING)));
        return new Scan(schema, List.of(), Scan.Binding.PHYSICAL_NAME, files);
    }

    private void write(Question question, RowFormat format, OutputStream out) throws Exception {
        var time = new WorkTime(Duration.ofSeconds(30));
        new ScanReader(duckDb, directory.resolve("scratch"))
                .write(question, new Delivery(format, out, time, new ByteLimit("limit", Long.MAX_VALUE)));
    }

    private byte[] bytes(Question question, RowFormat format) throws Exception {
        var out = new ByteArrayOutputStream();
        write(question, format, out);
        return out.toByteArray();
    }

    /// A short answer is one that the driver gives.
    private static Question driven(Question question) {
        return new Question(
                question.scan(),
                question.columns(),
                question.filters(),
                question.orderBy(),
                OptionalLong.of(1000),
                question.start());
    }

    private static Question ordered(Scan scan, String column) {
        return new Question(
                scan,
                Question.everything(scan).columns(),
                List.of(),
                List.of(new Question.Order(List.of(column), Question.Direction.DESCENDING)),
                OptionalLong.empty(),
                Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(
            value = RowFormat.class,
            names = {"NDJSON", "CSV"})
    void every_type_is_what_the_driver_gives(RowFormat format) throws Exception {
        var question = Question.everything(everyType());

        byte[] streamed = bytes(question, format);

        assertThat(streamed).asString(StandardCharsets.UTF_8).hasLineCount(format == RowFormat.CSV ? 41 : 40);
        assertThat(streamed).isEqualTo(bytes(driven(question), format));
    }

    @Test
    void every_type_of_arrow_is_what_the_driver_gives() throws Exception {
        var question = Question.everything(everyType());

        List<String> streamed = arrow(bytes(question, RowFormat.ARROW_STREAM));

        assertThat(streamed).hasSize(41).isEqualTo(arrow(bytes(driven(question), RowFormat.ARROW_STREAM)));
    }

    /// The schema and each row.
    private List<String> arrow(byte[] stream) throws IOException {
        var lines = new ArrayList<String>();
        try (BufferAllocator allocator = duckDb.allocator().newChildAllocator("test", 0, Long.MAX_VALUE);
                var reader = new ArrowStreamReader(new ByteArrayInputStream(stream), allocator)) {
            lines.add(reader.getVectorSchemaRoot().getSchema().toJson());
            while (reader.loadNextBatch()) {
                var root = reader.getVectorSchemaRoot();
                for (int row = 0; row < root.getRowCount(); row++) {
                    int number = row;
                    lines.add(root.getFieldVectors().stream()
                            .map(vector -> text(vector.getObject(number)))
                            .toList()
                            .toString());
                }
            }
        }
        return lines;
    }

    private static String text(@Nullable Object value) {
        return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
    }

    @Test
    void rows_come_in_the_order_of_the_files() throws Exception {
        long next = 0;
        try (BufferAllocator allocator = duckDb.allocator().newChildAllocator("test", 0, Long.MAX_VALUE);
                var reader = new ArrowStreamReader(
                        new ByteArrayInputStream(bytes(Question.everything(numbers(100_000)), RowFormat.ARROW_STREAM)),
                        allocator)) {
            while (reader.loadNextBatch()) {
                var ids = (BigIntVector) reader.getVectorSchemaRoot().getVector("id");
                for (int row = 0; row < ids.getValueCount(); row++) {
                    assertThat(ids.get(row)).isEqualTo(next++);
                }
            }
        }

        assertThat(next).isEqualTo(500_000);
    }

    @Test
    void a_sort_is_streamed_in_its_order() throws Exception {
        var question = ordered(numbers(1_000), "id");

        assertThat(new String(bytes(question, RowFormat.NDJSON), StandardCharsets.UTF_8).lines())
                .hasSize(5_000)
                .first()
                .asString()
                .startsWith("{\"id\":4999,");
    }

    @Test
    void what_needs_more_than_memory_and_spill_hold_is_overloaded() throws Exception {
        duckDb.close();
        duckDb = new DuckDb(new DuckDb.Settings(
                List.of(directory), directory.resolve("spill"), 1L << 20, 48L << 20, 48L << 20, 2, 4, 16));
        var question = ordered(numbers(400_000), "text");

        assertThatThrownBy(() -> write(question, RowFormat.ARROW_STREAM, OutputStream.nullOutputStream()))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Overloaded.class));
    }

    @Test
    void a_client_that_leaves_stops_the_statement() throws Exception {
        var question = Question.everything(numbers(400_000));
        var leaving = new OutputStream() {
            private int taken;

            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                taken += length;
                if (taken > 1 << 20) {
                    throw new IOException("gone");
                }
            }
        };

        assertThatThrownBy(() -> write(question, RowFormat.ARROW_STREAM, leaving))
                .isInstanceOf(IOException.class)
                .hasMessage("gone");
        assertThat(duckDb.allocator().getAllocatedMemory()).isZero();
    }

    @Test
    void a_statement_that_takes_too_long_is_stopped() {
        assertThatThrownBy(() -> duckDb.stream(new WorkTime(Duration.ofMillis(200)), connection -> {
                    try (var reader = connection.query(FOREVER, duckDb.allocator(), 0)) {
                        return reader.loadNextBatch();
                    }
                }))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.QueryTimeout.class));
    }

    @Test
    void a_damaged_file_fails_its_scan_and_no_other() throws Exception {
        Scan sound = numbers(1_000);
        Path damaged = parquet("damaged.parquet", "SELECT range AS id, uuid()::VARCHAR AS text FROM range(1000)");
        byte[] bytes = Files.readAllBytes(damaged);
        Arrays.fill(bytes, 100, 4_000, (byte) 0xEE);
        Files.write(damaged, bytes);
        var files = new ArrayList<>(sound.files());
        files.add(1, new Scan.File(damaged, Map.of(), Optional.empty()));
        var scan = new Scan(sound.schema(), List.of(), Scan.Binding.PHYSICAL_NAME, files);

        assertThatThrownBy(() -> bytes(Question.everything(scan), RowFormat.NDJSON))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(new Failure.TableCorrupt("the data file damaged.parquet cannot be read")));
        assertThat(bytes(Question.everything(sound), RowFormat.NDJSON))
                .asString(StandardCharsets.UTF_8)
                .hasLineCount(5_000);
    }

    @Test
    void a_connection_outlives_the_instance_that_is_replaced() throws Exception {
        ArrowDatabase database = ArrowDatabase.open(List.of("SET GLOBAL threads = 2"));
        try (ArrowConnection connection = database.connect();
                var allocator = new RootAllocator()) {
            database.close();

            assertThat(connection.answers()).isTrue();
            assertThatThrownBy(database::connect).isInstanceOf(SQLException.class);
            try (ArrowReader reader = connection.query("SELECT range FROM range(10)", allocator, 4)) {
                assertThat(reader.loadNextBatch()).isTrue();
                assertThat(reader.getVectorSchemaRoot().getRowCount()).isEqualTo(4);
            }
        }
    }

    @Test
    void its_settings_are_those_of_the_driver() throws Exception {
        String sql = "SELECT string_agg(name || '=' || value, chr(10) ORDER BY name) AS settings FROM duckdb_settings()"
                + " WHERE name NOT IN ('duckdb_api', 'jdbc_stream_results')";

        String driver = duckDb.call(DuckDb.Purpose.QUERY, connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(sql)) {
                rows.next();
                return rows.getString(1);
            }
        });
        String own = duckDb.stream(new WorkTime(Duration.ofSeconds(30)), connection -> {
            try (var reader = connection.query(sql, duckDb.allocator(), 0)) {
                reader.loadNextBatch();
                return String.valueOf(reader.getVectorSchemaRoot().getVector(0).getObject(0));
            }
        });

        assertThat(own.lines()).containsExactlyElementsOf(driver.lines().toList());
    }

    @Test
    void nothing_outside_its_directories_is_reached() {
        assertThatThrownBy(() -> first("SELECT content FROM read_text('/etc/hostname')"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("Permission");
        assertThatThrownBy(() -> first("SET threads = 1")).isInstanceOf(SQLException.class);
    }

    private boolean first(String sql) throws Exception {
        return duckDb.stream(new WorkTime(Duration.ofSeconds(30)), connection -> {
            try (ArrowReader reader = connection.query(sql, duckDb.allocator(), 0)) {
                return reader.loadNextBatch();
            } catch (IOException e) {
                throw e.getCause() instanceof SQLException known ? known : e;
            }
        });
    }
}
