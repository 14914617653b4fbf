package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.compute.RowFormat;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvDecoderTest {

    private static final Column ID = new Column("id", DataType.Primitive.LONG, false, Map.of());
    private static final Column NAME = new Column("name", DataType.Primitive.STRING);
    private static final Column LIST = new Column("list", new DataType.Array(DataType.Primitive.LONG, true));

    private static List<String> names(Decoded decoded) {
        return decoded.column(1).stream()
                .map(value -> value.map(bytes -> StandardCharsets.UTF_8
                                .decode((java.nio.ByteBuffer) bytes)
                                .toString())
                        .orElse("null"))
                .toList();
    }

    @Test
    void quotes_newlines_and_commas_are_read_as_rfc_4180_says() {
        var decoded = Decoded.of(
                RowFormat.CSV, "\uFEFFname,ID\r\n\"a \"\"b\"\", c\nd\",1\r\n é ,2\r\n\r\n\"\",3\r\n,4", ID, NAME);
        assertThat(decoded.bad).isEmpty();
        assertThat(decoded.column(0)).extracting(v -> v.orElseThrow()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(names(decoded)).containsExactly("a \"b\", c\nd", " é ", "", "null");
    }

    @Test
    void nested_columns_are_json_text() {
        var decoded = Decoded.of(RowFormat.CSV, "id,list\n1,\"[1,null]\"\n2,[\n3,\"[1] 2\"\n4,\n", ID, LIST);
        assertThat(decoded.bad)
                .containsExactly(
                        new BadRow(1, "list", "is not JSON text"),
                        new BadRow(2, "list", "is more than one JSON value"));
        assertThat(decoded.rowCount()).isEqualTo(2);
    }

    @Test
    void a_row_with_too_few_or_too_many_fields_is_bad() {
        var decoded = Decoded.of(RowFormat.CSV, "id,name\n1\n2,a,b\n3,c\n,d\n", ID, NAME);
        assertThat(decoded.bad)
                .containsExactly(
                        new BadRow(0, "", "has 1 fields; the header has 2"),
                        new BadRow(1, "", "has 3 fields; the header has 2"),
                        new BadRow(3, "id", "is empty and NOT NULL"));
        assertThat(decoded.rowCount()).isEqualTo(1);
    }

    @Test
    void a_column_that_the_table_lacks_is_a_schema_mismatch() {
        assertThatThrownBy(() -> Decoded.of(RowFormat.CSV, "id,nam\n", ID, NAME))
                .isInstanceOfSatisfying(FailureException.class, e -> {
                    var mismatch = (Failure.SchemaMismatch) e.failure();
                    assertThat(mismatch.expected()).containsExactly("id long", "name string");
                    assertThat(mismatch.actual()).containsExactly("id text", "nam text");
                });
    }

    @Test
    void broken_quotes_and_bytes_break_the_body() {
        assertMalformed("id,name\n1,\"a".getBytes(StandardCharsets.UTF_8));
        assertMalformed("id,name\n1,\"a\"b\n".getBytes(StandardCharsets.UTF_8));
        assertMalformed("id,name\n1,a\"b\n".getBytes(StandardCharsets.UTF_8));
        assertMalformed(new byte[] {'i', 'd', '\n', (byte) 0xC3, '\n'});
        assertMalformed(new byte[0]);
    }

    private static void assertMalformed(byte[] body) {
        assertThatThrownBy(() -> Decoded.of(RowFormat.CSV, body, Decoded.shape(ID, NAME), Payload.DROP))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.MalformedBody.class));
    }

    @Test
    void the_payload_of_a_bad_row_is_an_object_of_texts() {
        var decoded = Decoded.of(
                RowFormat.CSV, "id,name\nx,\n".getBytes(StandardCharsets.UTF_8), Decoded.shape(ID, NAME), Payload.KEEP);
        assertThat(decoded.payloads).containsExactly("{\"id\":\"x\",\"name\":null}");
    }
}
