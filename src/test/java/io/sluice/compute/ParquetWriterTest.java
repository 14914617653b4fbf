package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.Parsers;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetWriterTest {

    @TempDir
    Path directory;

    private DuckDb duckDb;
    private Parsers parsers;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 256 << 20, 2, 2));
        parsers = new Parsers(2);
    }

    @AfterEach
    void close() {
        parsers.close();
        duckDb.close();
    }

    private List<RowBatch> rows(Schema schema, String json) throws IOException {
        var batches = new ArrayList<RowBatch>();
        new RowDecoder(parsers, duckDb, directory)
                .decode(
                        RowFormat.JSON,
                        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                        new RowShape(schema, List.of(), Map.of()),
                        new DecodeLimits(1 << 30, 100, 64, 8 << 20, 16 << 20, 1 << 20, 256 << 20),
                        Payload.DROP,
                        new RowSink() {
                            @Override
                            public void rows(RowBatch batch) {
                                batches.add(batch);
                            }

                            @Override
                            public void bad(long row, String column, String reason, String payload) {
                                throw new AssertionError(row + " " + column + " " + reason);
                            }
                        });
        return batches;
    }

    private String query(String sql) throws Exception {
        return duckDb.call(DuckDb.Purpose.QUERY, connection -> {
            try (var statement = connection.createStatement();
                    var result = statement.executeQuery(sql)) {
                var text = new StringBuilder();
                while (result.next()) {
                    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        text.append(i == 1 ? "" : "|").append(result.getString(i));
                    }
                    text.append('\n');
                }
                return text.toString();
            }
        });
    }

    private static final Schema EVERYTHING = new Schema(List.of(
            new Column("b", DataType.Primitive.BYTE),
            new Column("s", DataType.Primitive.SHORT),
            new Column("i", DataType.Primitive.INTEGER),
            new Column("l", DataType.Primitive.LONG),
            new Column("f", DataType.Primitive.FLOAT),
            new Column("d", DataType.Primitive.DOUBLE),
            new Column("dec", new DataType.Decimal(38, 2)),
            new Column("bool", DataType.Primitive.BOOLEAN),
            new Column("str", DataType.Primitive.STRING),
            new Column("bin", DataType.Primitive.BINARY),
            new Column("da", DataType.Primitive.DATE),
            new Column("ts", DataType.Primitive.TIMESTAMP),
            new Column("ntz", DataType.Primitive.TIMESTAMP_NTZ),
            new Column("arr", new DataType.Array(DataType.Primitive.INTEGER, true)),
            new Column(
                    "st",
                    new DataType.Struct(List.of(
                            new Column("x", DataType.Primitive.LONG), new Column("y", DataType.Primitive.STRING)))),
            new Column("m", new DataType.Map(DataType.Primitive.STRING, DataType.Primitive.LONG, true))));

    private static final String ROWS = """
            [{"b":-128,"s":300,"i":-5,"l":9223372036854775807,"f":1.5,"d":0.1,"dec":"-123.45","bool":true,"str":"é",
              "bin":"AQI=","da":"2024-02-29","ts":"2024-01-01T02:00:00.123456+02:00","ntz":"2024-01-01T00:00:00.000001",
              "arr":[1,null,3],"st":{"x":1,"y":"q"},"m":{"k":1,"j":null}},
             {"b":"7","d":"NaN","dec":99999999999999999999999999999999999.99,"st":{"y":"r"},"arr":[]},
             {}]
            """;

    @Test
    void every_type_is_read_back_as_it_was_sent() throws Exception {
        var layout = FileLayout.of(EVERYTHING, List.of(), FileLayout.FieldIds.NONE, Map.of(), List.of());
        var files = new ParquetWriter(duckDb).write(rows(EVERYTHING, ROWS), layout, directory);
        assertThat(files).hasSize(1);
        assertThat(files.getFirst().rows()).isEqualTo(3);
        assertThat(query("SELECT * FROM '" + files.getFirst().staged() + "'")).isEqualTo("""
                        -128|300|-5|9223372036854775807|1.5|0.1|-123.45|true|é|\\x01\\x02|2024-02-29|2024-01-01T00:00:00.123456Z|2024-01-01 00:00:00.000001|[1, NULL, 3]|{'x': 1, 'y': q}|{k=1, j=NULL}
                        7|null|null|null|null|NaN|99999999999999999999999999999999999.99|null|null|null|null|null|null|[]|{'x': NULL, 'y': r}|null
                        null|null|null|null|null|null|null|null|null|null|null|null|null|null|null|null
                        """);
        assertThat(files.getFirst().statsJson())
                .isEqualTo("{\"numRecords\":3,\"tightBounds\":true,"
                        + "\"minValues\":{\"b\":-128,\"s\":300,\"i\":-5,\"l\":9223372036854775807,\"f\":1.5,\"dec\":-123.45,\"str\":\"é\","
                        + "\"da\":\"2024-02-29\",\"ts\":\"2024-01-01T00:00:00.123Z\",\"ntz\":\"2024-01-01T00:00:00.000\",\"st\":{\"x\":1,\"y\":\"q\"}},"
                        + "\"maxValues\":{\"b\":7,\"s\":300,\"i\":-5,\"l\":9223372036854775807,\"f\":1.5,\"dec\":99999999999999999999999999999999999.99,\"str\":\"é\","
                        + "\"da\":\"2024-02-29\",\"ts\":\"2024-01-01T00:00:00.124Z\",\"ntz\":\"2024-01-01T00:00:00.001\",\"st\":{\"x\":1,\"y\":\"r\"}},"
                        + "\"nullCount\":{\"b\":1,\"s\":2,\"i\":2,\"l\":2,\"f\":2,\"d\":1,\"dec\":1,\"bool\":2,\"str\":2,\"bin\":2,\"da\":2,\"ts\":2,\"ntz\":2,"
                        + "\"arr\":1,\"st\":{\"x\":2,\"y\":1},\"m\":2}}");
    }

    @Test
    void values_of_every_shape_may_span_many_pages() throws Exception {
        var schema = new Schema(List.of(
                new Column("id", DataType.Primitive.LONG),
                new Column("list", new DataType.Array(DataType.Primitive.LONG, true)),
                new Column("text", DataType.Primitive.STRING),
                new Column(
                        "st",
                        new DataType.Struct(List.of(
                                new Column("x", DataType.Primitive.LONG),
                                new Column("y", new DataType.Array(DataType.Primitive.STRING, true)))))));
        int count = 25_000;
        String json = IntStream.range(0, count)
                .mapToObj(id -> "{\"id\":" + id + ",\"list\":" + (id % 3 == 0 ? "[]" : "[" + id + ",null,1]")
                        + (id % 5 == 0 ? "" : ",\"text\":\"text " + id + "\"")
                        + (id % 7 == 0 ? "" : ",\"st\":{\"x\":" + id + ",\"y\":[\"y" + id + "\"]}") + "}")
                .collect(Collectors.joining(",", "[", "]"));
        var layout = FileLayout.of(schema, List.of(), FileLayout.FieldIds.NONE, Map.of(), List.of());
        var files = new ParquetWriter(duckDb).write(rows(schema, json), layout, directory);
        String expected =
                "SELECT id, if(id % 3 = 0, [], [id, NULL, 1]) AS list, if(id % 5 = 0, NULL, 'text ' || id) AS text,"
                        + " if(id % 7 = 0, NULL, {'x': id, 'y': ['y' || id]}) AS st FROM range(" + count + ") AS r(id)";
        String written = "SELECT * FROM '" + files.getFirst().staged() + "'";
        assertThat(query("SELECT count(*) FROM ((" + expected + ") INTERSECT (" + written + "))"))
                .isEqualTo(count + "\n");
        assertThat(query("SELECT text, list, st FROM (" + written + ") WHERE id = 22222"))
                .isEqualTo("text 22222|[22222, NULL, 1]|{'x': 22222, 'y': [y22222]}\n");
    }
}
