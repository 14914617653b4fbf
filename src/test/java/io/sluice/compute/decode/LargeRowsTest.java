package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.RowFormat;
import io.sluice.compute.column.Cells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How much of a body with long rows is in memory at a time.
class LargeRowsTest {

    private static final Column[] COLUMNS = Stream.of("a", "b", "c")
            .map(name -> new Column(name, DataType.Primitive.STRING))
            .toArray(Column[]::new);

    private static String body(RowFormat format, int rows, int characters) {
        String text = "x".repeat(characters);
        return switch (format) {
            case JSON -> Stream.generate(() -> json(text)).limit(rows).collect(Collectors.joining(",", "[", "]"));
            case NDJSON -> (json(text) + "\n").repeat(rows);
            case CSV -> "a,b,c\n" + (text + "," + text + "," + text + "\n").repeat(rows);
            case ARROW_STREAM, PARQUET -> throw new IllegalArgumentException(format + " is no text");
        };
    }

    private static String json(String text) {
        return "{\"a\":\"" + text + "\",\"b\":\"" + text + "\",\"c\":\"" + text + "\"}";
    }

    @ParameterizedTest
    @EnumSource(names = {"JSON", "NDJSON", "CSV"})
    void rows_are_handed_on_when_they_are_many_bytes(RowFormat format) {
        int characters = 64 << 10;
        Decoded decoded = Decoded.of(format, body(format, 100, characters), COLUMNS);
        assertThat(decoded.rowCount()).isEqualTo(100);
        assertThat(decoded.batches)
                .allSatisfy(batch -> assertThat(
                                batch.columns().stream().mapToLong(Cells::bytes).sum())
                        .isLessThan(Decoded.LIMITS.batchBytes() + 4L * characters));
    }

    @ParameterizedTest
    @EnumSource(names = {"JSON", "NDJSON", "CSV"})
    void a_row_that_is_too_long_is_refused_before_it_is_whole(RowFormat format) {
        int third = Decoded.LIMITS.rowBytes() / 3;
        assertThat(Decoded.of(format, body(format, 1, third - 1000), COLUMNS).rowCount())
                .isEqualTo(1);
        assertThatThrownBy(() -> Decoded.of(format, body(format, 1, third + (100 << 10)), COLUMNS))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure())
                                .isEqualTo(new Failure.TooLarge(
                                        "sluice.limits.row-bytes", Decoded.LIMITS.rowBytes(), "bytes")));
    }
}
