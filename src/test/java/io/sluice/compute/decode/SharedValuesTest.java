package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.DuckDb;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Parquet bodies in which many rows share a value that takes place once in the file, and in each row of a vector.
class SharedValuesTest {

    private static final int TEXT_BYTES = 16 << 10;
    private static final int ROWS = 16_000;
    private static final long MEMORY_BYTES = 256 << 20;
    /// One batch has an eighth of the memory, and the one before it may still be there.
    private static final long MOST_BYTES = MEMORY_BYTES / 2;

    private static final int LEVELS = 5;
    private static final DataType TEXTS = new DataType.Array(Primitive.STRING, true);

    @TempDir
    private Path directory;

    private DuckDb duckDb = Decoded.DUCK_DB;

    @BeforeEach
    void open() {
        duckDb = new DuckDb(new DuckDb.Settings(List.of(directory), directory.resolve("spill"), MEMORY_BYTES, 2, 2));
    }

    @AfterEach
    void close() {
        duckDb.close();
    }

    static List<Arguments> columns() {
        String list = "optional group %s (LIST) { repeated group list { %s } }";
        String text = "optional binary %s (STRING);";
        var struct = new DataType.Struct(List.of(new Column("b", Primitive.STRING)));
        return List.of(
                Arguments.of(text.formatted("texts"), Primitive.STRING),
                Arguments.of("optional binary texts;", Primitive.BINARY),
                Arguments.of("optional group texts { " + text.formatted("b") + " }", struct),
                Arguments.of(list.formatted("texts", text.formatted("element")), TEXTS),
                Arguments.of(
                        list.formatted("texts", list.formatted("element", text.formatted("element"))),
                        new DataType.Array(TEXTS, true)),
                Arguments.of(
                        list.formatted("texts", "optional group element { " + text.formatted("b") + " }"),
                        new DataType.Array(struct, true)),
                Arguments.of(
                        "optional group texts (MAP) { repeated group key_value { required binary key (STRING);"
                                + " optional int64 value; } }",
                        new DataType.Map(Primitive.STRING, Primitive.LONG, true)),
                Arguments.of(
                        list.formatted(
                                "texts",
                                "optional group element (MAP) { repeated group key_value {"
                                        + " required binary key (STRING); "
                                        + list.formatted("value", text.formatted("element")) + " } }"),
                        new DataType.Array(new DataType.Map(Primitive.STRING, TEXTS, true), true)));
    }

    @ParameterizedTest
    @MethodSource("columns")
    void a_batch_has_as_many_rows_as_fit(String column, DataType type) throws IOException {
        int rows = decode(shared(column, TEXT_BYTES, 1), type, Decoded.LIMITS);

        assertThat(rows).isEqualTo(ROWS);
        assertThat(duckDb.allocator().getPeakMemoryAllocation()).isLessThan(MOST_BYTES);
    }

    @ParameterizedTest
    @MethodSource("columns")
    void what_is_larger_than_a_body_may_be_is_refused(String column, DataType type) throws IOException {
        assertRefused(shared(column, TEXT_BYTES, 1), type, ROWS * (TEXT_BYTES / 2L));
    }

    private void assertRefused(byte[] body, DataType type, long decodedBytes) {
        var few = new DecodeLimits(decodedBytes, 100, 64, 8 << 20, 16 << 20, 1 << 20, 256 << 20);
        assertThatThrownBy(() -> decode(body, type, few))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(new Failure.TooLarge("sluice.limits.decoded-bytes", decodedBytes, "bytes")));
    }

    @Test
    void what_lies_below_many_lists_comes_in_few_rows() throws IOException {
        String column = "optional binary b (STRING);";
        DataType type = Primitive.STRING;
        for (int level = 1; level <= LEVELS; level++) {
            String name = level == LEVELS ? "texts" : "b";
            column = "optional group " + name + " (LIST) { repeated group list { optional group element { " + column
                    + " } } }";
            type = new DataType.Array(new DataType.Struct(List.of(new Column("b", type))), true);
        }

        assertThat(decode(shared(column, 200, 1), type, Decoded.LIMITS)).isEqualTo(ROWS);
        // Of all rows the texts alone take more.
        assertThat(duckDb.allocator().getPeakMemoryAllocation()).isLessThan(ROWS * 200L);
    }

    @Test
    void elements_without_a_length_of_their_own_count() throws IOException {
        byte[] body =
                shared("optional group texts (LIST) { repeated group list { optional int64 element; } }", 1, 1_250);

        int rows = decode(body, new DataType.Array(Primitive.LONG, true), Decoded.LIMITS);

        assertThat(rows).isEqualTo(ROWS);
        assertThat(duckDb.allocator().getPeakMemoryAllocation()).isLessThan(MOST_BYTES);
    }

    private int decode(byte[] body, DataType type, DecodeLimits limits) throws IOException {
        var counted = new Counted();
        new RowDecoder(new Parsers(2), duckDb, directory)
                .decode(
                        RowFormat.PARQUET,
                        new ByteArrayInputStream(body),
                        Decoded.shape(new Column("texts", type)),
                        limits,
                        Payload.DROP,
                        counted);
        return counted.rows;
    }

    /// Keeps nothing.
    private static final class Counted implements RowSink {

        private int rows;

        @Override
        public void rows(RowBatch batch) {
            rows += batch.rows();
        }

        @Override
        public void bad(long row, String column, String reason, String payload) {
            throw new AssertionError(row + " " + column + ": " + reason);
        }
    }

    /// A file of rows with the same texts and numbers.
    ///
    /// @param column in the language of Parquet's schemas
    /// @param elements of each list
    private byte[] shared(String column, int textBytes, int elements) throws IOException {
        MessageType type = MessageTypeParser.parseMessageType("message rows { " + column + " }");
        Group row = new SimpleGroup(type);
        fill(row, Binary.fromString("x".repeat(textBytes)), elements);
        Path file = directory.resolve("shared.parquet");
        try (var writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withType(type)
                .withDictionaryEncoding(true)
                .withDictionaryPageSize(16 << 20)
                .withWriterVersion(ParquetProperties.WriterVersion.PARQUET_1_0)
                .build()) {
            for (int i = 0; i < ROWS; i++) {
                writer.write(row);
            }
        }
        byte[] body = Files.readAllBytes(file);
        assertThat(body.length).isLessThan(1 << 20);
        return body;
    }

    private static void fill(Group group, Binary text, int elements) {
        for (int i = 0; i < group.getType().getFieldCount(); i++) {
            Type field = group.getType().getType(i);
            int times = field.isRepetition(Type.Repetition.REPEATED) ? elements : 1;
            for (int time = 0; time < times; time++) {
                if (!field.isPrimitive()) {
                    fill(group.addGroup(i), text, elements);
                } else if (field.asPrimitiveType().getPrimitiveTypeName().name().equals("BINARY")) {
                    group.add(i, text);
                } else {
                    group.add(i, 7L);
                }
            }
        }
    }
}
