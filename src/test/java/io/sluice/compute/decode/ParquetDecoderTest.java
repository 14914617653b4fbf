package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.RowFormat;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Parquet bodies.
class ParquetDecoderTest {

    /// Three rows of `ts` and `l`, a list, both INT96, as DuckDB does not write them: 2024-02-29 12:00:00.123456 and
    /// a list of that day, nulls, the year 1600 and an empty list.
    private static final String INT96 = """
            UEFSMRUAFTwVPCwVBhUAFQYVBhwAAAACAAAAAwUASgNQSicAANKKJQAAAAAAAAAAAKgtIwAVABUyFTIsFQYVABUGFQYcAAAAAgAA
            AAYAAwAAAAMTAAAAAAAAAAAA0oolABUEGVw1ABgGc2NoZW1hFQQAFQYlAhgCdHMANQIYAWwVAhUGTDwAAAA1BBgEbGlzdBUCABUG
            JQIYB2VsZW1lbnQAFgYZHBksJgAcFQYZJQYAGRgCdHMVABYGFmIWYiYISRwVABUAFQIAPCkGGSYCBAAAACYAHBUGGSUGABk4AWwE
            bGlzdAdlbGVtZW50FQAWBhZYFlgmakkcFQAVABUCADwpJgYAGUYCAgACAAAAFroBFgYmCBa6AQAoIHBhcnF1ZXQtY3BwLWFycm93
            IHZlcnNpb24gMjYuMC4xGSwcAAAcAAAA4wAAAFBBUjE=
            """;

    @TempDir
    Path directory;

    private byte[] parquet(String query, String... options) {
        Path file = directory.resolve("body.parquet");
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            statement.execute(
                    "COPY (" + query + ") TO '" + file + "' (FORMAT parquet" + String.join("", options) + ")");
            return Files.readAllBytes(file);
        } catch (SQLException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Decoded decode(byte[] body, Column... columns) {
        return Decoded.of(RowFormat.PARQUET, body, Decoded.shape(columns), Payload.DROP);
    }

    private static void assertFailure(byte[] body, Class<? extends Failure> failure, Column... columns) {
        assertThatThrownBy(() -> decode(body, columns))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(failure));
    }

    static List<Arguments> values() {
        return List.of(
                Arguments.of("1::TINYINT", Primitive.BYTE, 1),
                Arguments.of("-2::SMALLINT", Primitive.SHORT, -2),
                Arguments.of("3::INTEGER", Primitive.INTEGER, 3),
                Arguments.of("4::BIGINT", Primitive.LONG, 4L),
                Arguments.of("4::INTEGER", Primitive.LONG, 4L),
                Arguments.of("4294967295::UINTEGER", Primitive.LONG, 4_294_967_295L),
                Arguments.of("1.5::FLOAT", Primitive.FLOAT, 1.5f),
                Arguments.of("1.5::DOUBLE", Primitive.DOUBLE, 1.5),
                Arguments.of("1.5::FLOAT", Primitive.DOUBLE, 1.5),
                Arguments.of("1.25::DECIMAL(5,2)", new DataType.Decimal(5, 2), new BigDecimal("1.25")),
                Arguments.of("1.25::DECIMAL(5,2)", new DataType.Decimal(38, 4), new BigDecimal("1.2500")),
                Arguments.of("7::INTEGER", new DataType.Decimal(12, 2), new BigDecimal("7.00")),
                Arguments.of("true", Primitive.BOOLEAN, true),
                Arguments.of("'grün'", Primitive.STRING, bytes("grün")),
                Arguments.of("'\\x01\\x02'::BLOB", Primitive.BINARY, ByteBuffer.wrap(new byte[] {1, 2})),
                Arguments.of("DATE '2024-02-29'", Primitive.DATE, 19_782),
                Arguments.of("TIMESTAMPTZ '1970-01-01 00:00:01.000002+00'", Primitive.TIMESTAMP, 1_000_002L),
                Arguments.of("TIMESTAMP '1970-01-01 00:00:01.000002'", Primitive.TIMESTAMP_NTZ, 1_000_002L),
                Arguments.of(
                        "[1, NULL]::INTEGER[]", new DataType.Array(Primitive.LONG, true), Arrays.asList(1L, null)));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("values")
    void each_type_comes_as_it_is_or_widened(String sql, DataType type, Object value) {
        var decoded = decode(parquet("SELECT " + sql + " AS c UNION ALL SELECT NULL"), new Column("c", type));

        assertThat(decoded.bad).isEmpty();
        if (type instanceof DataType.Array) {
            assertThat(decoded.column(0)).hasSize(2).element(1).isEqualTo(Optional.empty());
            assertThat(decoded.column(0).getFirst().toString()).contains("1");
        } else {
            assertThat(decoded.column(0)).containsExactlyInAnyOrder(Optional.of(value), Optional.empty());
        }
    }

    static List<Arguments> narrower() {
        return List.of(
                Arguments.of("1::BIGINT", Primitive.INTEGER),
                Arguments.of("1::UBIGINT", Primitive.LONG),
                Arguments.of("1.5::DOUBLE", Primitive.FLOAT),
                Arguments.of("1::BIGINT", Primitive.DOUBLE),
                Arguments.of("1.25::DECIMAL(5,2)", new DataType.Decimal(5, 1)),
                Arguments.of("1.25::DECIMAL(5,2)", Primitive.DOUBLE),
                Arguments.of("'1'", Primitive.LONG),
                Arguments.of("1", Primitive.STRING),
                Arguments.of("'x'::BLOB", Primitive.STRING),
                Arguments.of("TIMESTAMP '2024-01-01'", Primitive.TIMESTAMP),
                Arguments.of("TIMESTAMPTZ '2024-01-01 00:00:00+00'", Primitive.TIMESTAMP_NTZ),
                Arguments.of("TIMESTAMPTZ '2024-01-01 00:00:00+00'", Primitive.DATE),
                Arguments.of("true", Primitive.INTEGER),
                Arguments.of("[1]", Primitive.INTEGER));
    }

    @ParameterizedTest
    @MethodSource("narrower")
    void a_type_that_does_not_widen_is_a_schema_mismatch(String sql, DataType type) {
        assertFailure(parquet("SELECT " + sql + " AS c"), Failure.SchemaMismatch.class, new Column("c", type));
    }

    @Test
    void an_unknown_column_is_a_schema_mismatch() {
        assertFailure(
                parquet("SELECT 1::BIGINT AS id, 2 AS other"),
                Failure.SchemaMismatch.class,
                new Column("id", Primitive.LONG));
    }

    @Test
    void a_null_where_none_may_be_is_a_bad_row() {
        var decoded = decode(
                parquet("SELECT nullif(range, 2) AS id FROM range(4)"),
                new Column("id", Primitive.LONG, false, Map.of()));

        assertThat(decoded.bad).containsExactly(new BadRow(2, "id", "is null and NOT NULL"));
        assertThat(decoded.rowCount()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snappy", "zstd", "gzip", "lz4_raw", "uncompressed"})
    void a_file_of_a_common_codec_is_read(String codec) {
        byte[] body = parquet("SELECT range AS id FROM range(1000)", ", COMPRESSION " + codec);

        assertThat(decode(body, new Column("id", Primitive.LONG)).rowCount()).isEqualTo(1000);
    }

    @Test
    void a_file_with_brotli_pages_is_refused_unread() {
        byte[] body = parquet("SELECT range AS id FROM range(1000)", ", COMPRESSION brotli");

        assertThatThrownBy(() -> decode(body, new Column("id", Primitive.LONG)))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(new Failure.MalformedBody(
                                        "Parquet with Brotli compression is not read; use zstd or snappy")));
    }

    @Test
    void a_damaged_file_is_malformed_or_rows_and_the_next_one_is_read() {
        byte[] whole = parquet("SELECT range AS id, 'name ' || range % 7 AS name FROM range(500)");
        Column[] columns = {new Column("id", Primitive.LONG), new Column("name", Primitive.STRING)};
        var random = new Random(3);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = whole.clone();
            for (int flip = 0; flip < 5; flip++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            assertReadOrRefused(damaged, columns);
        }
        for (int length : new int[] {0, 3, 4, 8, whole.length / 2, whole.length - 1}) {
            assertFailure(Arrays.copyOf(whole, length), Failure.MalformedBody.class, columns);
        }

        assertThat(decode(whole, columns).rowCount()).isEqualTo(500);
    }

    private static void assertReadOrRefused(byte[] body, Column... columns) {
        try {
            assertThat(decode(body, columns).rowCount()).isNotNegative();
        } catch (FailureException e) {
            assertThat(e.failure())
                    .isInstanceOfAny(Failure.MalformedBody.class, Failure.SchemaMismatch.class, Failure.TooLarge.class);
        }
    }

    @Test
    void a_file_of_many_rows_comes_in_bounded_batches() {
        byte[] body = parquet("SELECT range AS id, 'the same for everyone' AS name FROM range(400000)");

        var decoded = decode(body, new Column("id", Primitive.LONG), new Column("name", Primitive.STRING));

        assertThat(decoded.rowCount()).isEqualTo(400_000);
        assertThat(decoded.batches).hasSizeGreaterThan(4);
        assertThat(decoded.batches).allMatch(batch -> batch.bytes() < 4 << 20);
    }

    @Test
    void int96_is_a_moment() {
        byte[] body = Base64.getMimeDecoder().decode(INT96);
        var decoded = decode(
                body,
                new Column("ts", Primitive.TIMESTAMP),
                new Column("l", new DataType.Array(Primitive.TIMESTAMP, true)));

        assertThat(decoded.bad).isEmpty();
        assertThat(decoded.column(0))
                .containsExactly(
                        Optional.of(1_709_208_000_123_456L), Optional.empty(), Optional.of(-11_676_096_000_000_000L));
        assertThat(decoded.column(1).getFirst().toString()).contains("1709164800000000");
    }

    @Test
    void int96_goes_into_a_column_of_wall_clocks() {
        var decoded = decode(
                Base64.getMimeDecoder().decode(INT96),
                new Column("ts", Primitive.TIMESTAMP_NTZ),
                new Column("l", new DataType.Array(Primitive.TIMESTAMP_NTZ, true)));

        assertThat(decoded.column(1).getFirst().toString()).contains("1709164800000000");
        assertThat(decoded.column(0).getFirst()).isEqualTo(Optional.of(1_709_208_000_123_456L));
    }
}
