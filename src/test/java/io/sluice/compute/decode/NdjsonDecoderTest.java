package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.RowBatch;
import io.sluice.compute.RowFormat;
import io.sluice.compute.column.BytesCells;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NdjsonDecoderTest {

    private static final Column ID = new Column("id", DataType.Primitive.LONG, false, Map.of());
    private static final Column NAME = new Column("name", DataType.Primitive.STRING);

    @Test
    void lines_are_rows_in_order() {
        var decoded = Decoded.of(
                RowFormat.NDJSON, "{\"id\":1,\"name\":\"a\"}\n\n  \r\n{\"name\":null,\"id\":2}\n{\"ID\":3}", ID, NAME);
        assertThat(decoded.bad).isEmpty();
        assertThat(decoded.column(0)).containsExactly(Optional.of(1L), Optional.of(2L), Optional.of(3L));
        assertThat(decoded.column(1).subList(1, 3)).containsOnly(Optional.empty());
    }

    @Test
    void a_bad_row_leaves_nothing_behind_and_the_next_row_is_read() {
        var decoded = Decoded.of(RowFormat.NDJSON, """
            {"id":1,"name":"a"}
            {"id":2,"name":5}
            {"name":"x"}
            {"id":4,"name":"b","more":{"deep":[1,{"x":2}]}}
            {"id":5,"id":5}
            {"id":null}
            [1,[2]]
            7
            {"id":8,"name":"c"}
            """, ID, NAME);
        assertThat(decoded.bad)
                .containsExactly(
                        new BadRow(1, "name", "is a number; a string is wanted"),
                        new BadRow(2, "id", "is missing and the column is NOT NULL"),
                        new BadRow(3, "more", "is not a column of the table"),
                        new BadRow(4, "id", "is there twice"),
                        new BadRow(5, "id", "is null and NOT NULL"),
                        new BadRow(6, "", "is an array; an object is wanted"),
                        new BadRow(7, "", "is a number; an object is wanted"));
        assertThat(decoded.column(0)).containsExactly(Optional.of(1L), Optional.of(8L));
        assertThat(decoded.batches).hasSize(1);
        assertThat(decoded.batches.getFirst().columns()).allMatch(cells -> cells.size() == 2);
    }

    @Test
    void a_large_body_keeps_the_order_and_the_row_numbers_over_chunks() {
        var body = new StringBuilder();
        int rows = 120_000;
        for (int i = 0; i < rows; i++) {
            body.append(
                    i % 10_000 == 9_999 ? "{\"id\":\"x\"}\n" : "{\"id\":" + i + ",\"name\":\"name-of-" + i + "\"}\n");
        }
        var decoded = Decoded.of(RowFormat.NDJSON, body.toString(), ID, NAME);
        assertThat(decoded.batches.size()).isGreaterThan(2);
        assertThat(decoded.bad).extracting(BadRow::row).first().isEqualTo(9_999L);
        assertThat(decoded.bad).extracting(BadRow::row).last().isEqualTo(119_999L);
        assertThat(decoded.rowCount()).isEqualTo(rows - 12);
        assertThat(decoded.column(0))
                .isSortedAccordingTo((a, b) -> Long.compare((Long) a.orElseThrow(), (Long) b.orElseThrow()));
    }

    @Test
    void lines_longer_than_what_is_read_together_are_whole() {
        var names = new ArrayList<String>();
        var body = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            String name = (char) ('a' + i) + "-".repeat(i % 3 == 0 ? 5 << 20 : i << 19);
            names.add(name);
            body.append("{\"id\":")
                    .append(i)
                    .append(",\"name\":\"")
                    .append(name)
                    .append("\"}\n");
        }
        var decoded = Decoded.of(RowFormat.NDJSON, body.toString(), ID, NAME);
        assertThat(decoded.bad).isEmpty();
        assertThat(decoded.rowCount()).isEqualTo(8);
        assertThat(decoded.batches.stream().flatMap(batch -> texts(batch, 1).stream()))
                .containsExactlyElementsOf(names);
    }

    private static List<String> texts(RowBatch batch, int column) {
        var cells = (BytesCells) batch.columns().get(column);
        return IntStream.range(0, batch.rows()).mapToObj(cells::text).toList();
    }

    @Test
    void a_line_that_is_not_json_breaks_the_body_and_is_named() {
        assertThatThrownBy(() -> Decoded.of(RowFormat.NDJSON, "{\"id\":1}\n{\"id\":}\n", ID))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure())
                                .isInstanceOfSatisfying(
                                        Failure.MalformedBody.class,
                                        f -> assertThat(f.reason()).contains("line 2")));
    }

    @Test
    void a_line_holds_one_value_and_a_value_one_line() {
        assertMalformed("{\"id\":1}{\"id\":2}\n");
        assertMalformed("{\"id\":1} {\"id\":2}\n");
        assertMalformed("{\"id\":\n1}\n");
        assertMalformed("{\"id\":1");
    }

    private static void assertMalformed(String body) {
        assertThatThrownBy(() -> Decoded.of(RowFormat.NDJSON, body, ID))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.MalformedBody.class));
    }

    @Test
    void the_payload_of_a_bad_row_is_its_line() {
        var decoded = Decoded.of(
                RowFormat.NDJSON,
                "{\"id\":1}\n {\"id\":\"x\", \"name\" : 1}\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                Decoded.shape(ID, NAME),
                Payload.KEEP);
        assertThat(decoded.payloads).containsExactly("{\"id\":\"x\", \"name\" : 1}");
    }
}
