package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every Delta type in every format, streams that are cut off, and scans that fail.
class AnswerFormatsTest {

    private static final FilterLimits LIMITS = new FilterLimits(65_536, 2_000, 64);

    private static final Schema EVERYTHING = new Schema(List.of(
            new Column("b", Primitive.BYTE),
            new Column("s", Primitive.SHORT),
            new Column("i", Primitive.INTEGER),
            new Column("l", Primitive.LONG),
            new Column("f", Primitive.FLOAT),
            new Column("d", Primitive.DOUBLE),
            new Column("dec", new DataType.Decimal(5, 2)),
            new Column("big", new DataType.Decimal(38, 20)),
            new Column("z", Primitive.BOOLEAN),
            new Column("t", Primitive.STRING),
            new Column("bin", Primitive.BINARY),
            new Column("day", Primitive.DATE),
            new Column("ts", Primitive.TIMESTAMP),
            new Column("ntz", Primitive.TIMESTAMP_NTZ),
            new Column("a", new DataType.Array(Primitive.INTEGER, true)),
            new Column(
                    "st",
                    new DataType.Struct(List.of(new Column("x", Primitive.LONG), new Column("y", Primitive.STRING)))),
            new Column("m", new DataType.Map(Primitive.STRING, Primitive.INTEGER, true)),
            new Column("im", new DataType.Map(Primitive.INTEGER, Primitive.STRING, true))));

    private static final String VALUES = """
            SELECT (-128)::TINYINT AS b, (-32768)::SMALLINT AS s, (-2147483648)::INTEGER AS i,
              (-9223372036854775808)::BIGINT AS l, 0.1::FLOAT AS f, '-Infinity'::DOUBLE AS d, (-0.05)::DECIMAL(5,2) AS "dec",
              (-123456789012345678.00000000000000000001)::DECIMAL(38,20) AS big, true AS z, 'a"\\\u0001é😀,
            x' AS t, '\\x00\\xFF\\x10\\x80'::BLOB AS bin, DATE '0001-01-01' AS "day",
              TIMESTAMPTZ '9999-12-31 23:59:59.999999Z' AS ts, TIMESTAMP '1969-12-31 23:59:59.5' AS ntz,
              [1, NULL, 3]::INTEGER[] AS a, {'x': 1::BIGINT, 'y': NULL::VARCHAR} AS st, MAP {'k"': 1, 'n': NULL} AS m,
              MAP {7: 'seven'} AS im
            UNION ALL BY NAME SELECT NULL::TINYINT AS b
            """;

    private static final String FIRST = """
            {"b":-128,"s":-32768,"i":-2147483648,"l":-9223372036854775808,"f":0.1,"d":"-Infinity","dec":"-0.05",\
            "big":"-123456789012345678.00000000000000000001","z":true,"t":"a\\"\\\\\\u0001é😀,\\nx","bin":"AP8QgA==",\
            "day":"0001-01-01","ts":"9999-12-31T23:59:59.999999Z","ntz":"1969-12-31T23:59:59.500000","a":[1,null,3],\
            "st":{"x":1,"y":null},"m":{"k\\"":1,"n":null},"im":[[7,"seven"]]}""";

    @TempDir
    Path directory;

    private DuckDb duckDb;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 512L << 20, 2, 4));
    }

    @AfterEach
    void close() {
        duckDb.close();
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

    private static Scan scan(Schema schema, Path... files) {
        return new Scan(
                schema,
                List.of(),
                Scan.Binding.PHYSICAL_NAME,
                List.of(files).stream()
                        .map(file -> new Scan.File(file, Map.of(), Optional.empty()))
                        .toList());
    }

    private static Question where(Scan scan, String filter) {
        Question all = Question.everything(scan);
        return new Question(
                scan,
                all.columns(),
                List.of(Filter.parse(filter, scan.schema(), LIMITS)),
                List.of(),
                OptionalLong.empty(),
                Optional.empty());
    }

    private Answer write(Question question, RowFormat format, OutputStream out) throws Exception {
        return new ScanReader(duckDb, directory.resolve("scratch"))
                .write(
                        question,
                        new Delivery(
                                format,
                                out,
                                new WorkTime(Duration.ofSeconds(60)),
                                new ByteLimit("limit", Long.MAX_VALUE)));
    }

    private byte[] bytes(Question question, RowFormat format) throws Exception {
        var out = new ByteArrayOutputStream();
        write(question, format, out);
        return out.toByteArray();
    }

    private String text(Question question, RowFormat format) throws Exception {
        return new String(bytes(question, format), StandardCharsets.UTF_8);
    }

    @Test
    void every_type_has_its_JSON_value() throws Exception {
        Question all = Question.everything(scan(EVERYTHING, parquet("all.parquet", VALUES)));

        List<String> lines = text(all, RowFormat.NDJSON).lines().toList();

        assertThat(lines.getFirst()).isEqualTo(FIRST);
        assertThat(lines.get(1)).startsWith("{\"b\":null,\"s\":null").contains("\"im\":null}");
        assertThat(text(all, RowFormat.JSON)).startsWith("[" + FIRST + ",{").endsWith("]");
    }

    @Test
    void CSV_quotes_what_needs_it_and_tells_null_from_an_empty_text() throws Exception {
        var schema = new Schema(List.of(
                new Column("a,b", Primitive.STRING),
                new Column("n", Primitive.INTEGER),
                new Column("l", new DataType.Array(Primitive.STRING, true))));
        Path file = parquet(
                "csv.parquet",
                "SELECT * FROM (VALUES ('x\"y', 1, ['p,q']), ('', NULL, NULL), (NULL, 2, []), ('two\nlines', 3, [NULL]))"
                        + " t(\"a,b\", n, l)");

        assertThat(text(Question.everything(scan(schema, file)), RowFormat.CSV))
                .isEqualTo(
                        "\"a,b\",n,l\r\n\"x\"\"y\",1,\"[\"\"p,q\"\"]\"\r\n\"\",,\r\n,2,[]\r\n\"two\nlines\",3,[null]\r\n");
    }

    @Test
    void an_answer_without_rows_still_has_its_columns() throws Exception {
        Question none = where(scan(EVERYTHING, parquet("all.parquet", VALUES)), "false");

        assertThat(text(none, RowFormat.CSV)).isEqualTo("b,s,i,l,f,d,dec,big,z,t,bin,day,ts,ntz,a,st,m,im\r\n");
        assertThat(text(none, RowFormat.NDJSON)).isEmpty();
        try (var reader = new ArrowStreamReader(
                new ByteArrayInputStream(bytes(none, RowFormat.ARROW_STREAM)), duckDb.allocator())) {
            assertThat(reader.getVectorSchemaRoot().getSchema().getFields())
                    .hasSize(EVERYTHING.columns().size());
            assertThat(reader.loadNextBatch()).isFalse();
        }
    }

    @Test
    void Arrow_batches_hold_all_rows_and_plain_strings() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG), new Column("name", Primitive.STRING)));
        Path file = parquet("many.parquet", "SELECT range AS id, 'name ' || range AS name FROM range(1000000)");
        long rows = 0;
        long sum = 0;
        try (var reader = new ArrowStreamReader(
                new ByteArrayInputStream(bytes(Question.everything(scan(schema, file)), RowFormat.ARROW_STREAM)),
                duckDb.allocator())) {
            assertThat(reader.getVectorSchemaRoot()
                            .getSchema()
                            .findField("name")
                            .getType()
                            .toString())
                    .isEqualTo("Utf8");
            while (reader.loadNextBatch()) {
                var root = reader.getVectorSchemaRoot();
                rows += root.getRowCount();
                var ids = (org.apache.arrow.vector.BigIntVector) root.getVector(0);
                for (int i = 0; i < root.getRowCount(); i++) {
                    sum += ids.get(i);
                }
            }
        }
        assertThat(rows).isEqualTo(1_000_000);
        assertThat(sum).isEqualTo(999_999L * 1_000_000 / 2);
    }

    @Test
    void a_Parquet_answer_reads_back_the_same() throws Exception {
        Question all = Question.everything(scan(EVERYTHING, parquet("all.parquet", VALUES)));
        Path copy = Files.write(directory.resolve("copy.parquet"), bytes(all, RowFormat.PARQUET));

        assertThat(text(Question.everything(scan(EVERYTHING, copy)), RowFormat.NDJSON))
                .isEqualTo(text(all, RowFormat.NDJSON));
        assertThat(directory.resolve("scratch")).isEmptyDirectory();
    }

    @Test
    void a_client_that_leaves_stops_the_statement() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        Path file = parquet("many.parquet", "SELECT range AS id FROM range(1000000)");
        Scan scan = scan(schema, file, file, file, file);
        for (RowFormat format : List.of(RowFormat.NDJSON, RowFormat.ARROW_STREAM, RowFormat.CSV)) {
            var leaving = new OutputStream() {
                private long taken;

                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    taken += length;
                    if (taken > 2_000_000) {
                        throw new IOException("gone");
                    }
                }
            };
            assertThatThrownBy(() -> write(Question.everything(scan), format, leaving))
                    .isInstanceOf(IOException.class)
                    .hasMessage("gone");
        }
        assertThat(duckDb.allocator().getAllocatedMemory()).isZero();
    }

    @Test
    void work_beyond_its_time_is_stopped() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        Path file = parquet("many.parquet", "SELECT range AS id FROM range(2000000)");
        var files = new ArrayList<Path>();
        for (int i = 0; i < 200; i++) {
            files.add(file);
        }
        Question slow = where(scan(schema, files.toArray(Path[]::new)), "sqrt(abs(ln(id + 1.5))) < -1");
        var limit = Duration.ofMillis(100);

        assertThatThrownBy(() -> new ScanReader(duckDb, directory)
                        .write(
                                slow,
                                new Delivery(
                                        RowFormat.NDJSON,
                                        OutputStream.nullOutputStream(),
                                        new WorkTime(limit),
                                        new ByteLimit("limit", Long.MAX_VALUE))))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure()).isEqualTo(new Failure.QueryTimeout(limit)));
    }

    @Test
    void a_stream_beyond_its_bytes_is_cut_off() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        Scan scan = scan(schema, parquet("many.parquet", "SELECT range AS id FROM range(1000000)"));

        assertThatThrownBy(() -> new ScanReader(duckDb, directory)
                        .write(
                                Question.everything(scan),
                                new Delivery(
                                        RowFormat.NDJSON,
                                        OutputStream.nullOutputStream(),
                                        new WorkTime(Duration.ofSeconds(60)),
                                        new ByteLimit("sluice.limits.result-bytes", 100_000))))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(new Failure.TooLarge("sluice.limits.result-bytes", 100_000, "bytes")));
    }

    @Test
    void a_damaged_file_is_corrupt_and_a_missing_one_missing() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG), new Column("name", Primitive.STRING)));
        Path good = parquet("good.parquet", "SELECT range AS id, 'n' || range AS name FROM range(10000)");
        byte[] bytes = Files.readAllBytes(good);
        for (int i = 100; i < bytes.length / 2; i++) {
            bytes[i] = (byte) (31 * i);
        }
        Path damaged = Files.write(directory.resolve("damaged.parquet"), bytes);
        Path noParquet = Files.writeString(directory.resolve("text.parquet"), "this is not a Parquet file at all");

        for (Path bad : List.of(damaged, noParquet)) {
            assertThatThrownBy(() -> bytes(Question.everything(scan(schema, good, bad)), RowFormat.NDJSON))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure()).isInstanceOf(Failure.TableCorrupt.class));
        }
        assertThatThrownBy(() -> bytes(
                        Question.everything(scan(schema, good, directory.resolve("gone.parquet"))), RowFormat.NDJSON))
                .isInstanceOf(NoSuchFileException.class);
        assertThat(text(where(scan(schema, good), "id = 9999"), RowFormat.NDJSON))
                .isEqualTo("{\"id\":9999,\"name\":\"n9999\"}\n");
    }

    @Test
    void a_file_compressed_with_Brotli_is_refused_from_its_footer() throws Exception {
        var schema = new Schema(List.of(new Column("id", Primitive.LONG)));
        Path file = directory.resolve("brotli.parquet");
        duckDb.call(DuckDb.Purpose.INGEST, connection -> {
            try (var statement = connection.createStatement()) {
                return statement.execute("COPY (SELECT range AS id FROM range(1000)) TO "
                        + DuckDb.literal(file.toString()) + " (FORMAT parquet, CODEC brotli)");
            }
        });

        assertThatThrownBy(() -> bytes(Question.everything(scan(schema, file)), RowFormat.NDJSON))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure()).isInstanceOf(Failure.UnsupportedTableFeature.class));
    }

    @Test
    void a_filter_that_fails_on_a_row_is_the_clients_fault() throws Exception {
        var schema = new Schema(List.of(new Column("name", Primitive.STRING)));
        Scan scan = scan(schema, parquet("t.parquet", "SELECT 'abc' AS name"));

        assertThatThrownBy(() -> bytes(where(scan, "CAST(name AS INT) = 1"), RowFormat.NDJSON))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.BadFilter.class));
    }

    @Test
    void a_field_that_an_old_file_does_not_have_is_null() throws Exception {
        var struct =
                new DataType.Struct(List.of(new Column("a", Primitive.INTEGER), new Column("b", Primitive.STRING)));
        var schema = new Schema(List.of(new Column("s", struct)));
        Scan scan = scan(
                schema,
                parquet("old.parquet", "SELECT {'a': 1} AS s"),
                parquet("new.parquet", "SELECT {'a': 2, 'b': 'B'} AS s"));

        assertThat(text(where(scan, "s.b = 'B'"), RowFormat.NDJSON)).isEqualTo("{\"s\":{\"a\":2,\"b\":\"B\"}}\n");
        var onlyField = new Question(
                scan,
                List.of(new Question.AnswerColumn(List.of("s", "b"), new Column("s.b", Primitive.STRING))),
                List.of(Filter.parse("s.b IS NULL", schema, LIMITS)),
                List.of(),
                OptionalLong.empty(),
                Optional.empty());
        assertThat(text(onlyField, RowFormat.NDJSON)).isEqualTo("{\"s.b\":null}\n");
    }

    @Test
    void nested_fields_are_found_by_their_physical_names() throws Exception {
        var mapped = Map.<String, Object>of("delta.columnMapping.physicalName", "p1", "delta.columnMapping.id", 1L);
        var element = new DataType.Struct(List.of(
                new Column("x", Primitive.LONG, true, mapped), new Column("new", Primitive.STRING, true, Map.of())));
        var schema = new Schema(List.of(
                new Column("s", element, true, Map.of("delta.columnMapping.physicalName", "col-s")),
                new Column(
                        "l",
                        new DataType.Array(element, true),
                        true,
                        Map.of("delta.columnMapping.physicalName", "col-l")),
                new Column(
                        "m",
                        new DataType.Map(Primitive.STRING, element, true),
                        true,
                        Map.of("delta.columnMapping.physicalName", "col-m"))));
        Scan scan = scan(
                schema,
                parquet(
                        "mapped.parquet",
                        "SELECT {'p1': 1::INTEGER} AS \"col-s\", [{'p1': 2}, NULL] AS \"col-l\", MAP {'k': {'p1': 3}} AS \"col-m\""
                                + " UNION ALL SELECT NULL, NULL, NULL"));

        assertThat(text(Question.everything(scan), RowFormat.NDJSON))
                .isEqualTo(
                        "{\"s\":{\"x\":1,\"new\":null},\"l\":[{\"x\":2,\"new\":null},null],\"m\":{\"k\":{\"x\":3,\"new\":null}}}\n"
                                + "{\"s\":null,\"l\":null,\"m\":null}\n");
        assertThat(text(where(scan, "s.x = 1"), RowFormat.NDJSON).lines()).hasSize(1);
    }
}
