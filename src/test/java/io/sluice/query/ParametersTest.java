package io.sluice.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.answer.ColumnLists;
import io.sluice.answer.Formats;
import io.sluice.api.AnswerOutput;
import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Question.Direction;
import io.sluice.compute.Question.Order;
import io.sluice.compute.RowFormat;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    private static final Schema SCHEMA = new Schema(List.of(
            new Column("id", Primitive.LONG),
            new Column("a.b", Primitive.STRING),
            new Column("x,y", Primitive.STRING),
            new Column("m", new DataType.Map(Primitive.STRING, Primitive.STRING, true)),
            new Column(
                    "s",
                    new DataType.Struct(
                            List.of(new Column("x", Primitive.INTEGER), new Column("y z", Primitive.STRING))))));

    private static List<String> names(String select) {
        return ColumnLists.select(select, SCHEMA).stream()
                .map(AnswerColumn::column)
                .map(Column::name)
                .toList();
    }

    @Test
    void select_names_columns_and_fields_without_regard_to_case() {
        assertThat(names("")).containsExactly("id", "a.b", "x,y", "m", "s");
        assertThat(names("ID, s.X")).containsExactly("id", "s.x");
        assertThat(names("a.b")).containsExactly("a.b");
        assertThat(names("`a.b`,`x,y`,s.`y z`")).containsExactly("a.b", "x,y", "s.y z");
        assertThat(ColumnLists.select("s.x", SCHEMA).getFirst().path()).containsExactly("s", "x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nope", "id,", ",", "id,ID", "s.nope", "id.x", "count(*)", "`id", "s..x", "*"})
    void select_takes_nothing_else(String select) {
        assertBad(() -> ColumnLists.select(select, SCHEMA));
    }

    @Test
    void order_goes_down_after_a_minus() {
        assertThat(ColumnLists.orderBy("-s.x, id", SCHEMA))
                .containsExactly(
                        new Order(List.of("s", "x"), Direction.DESCENDING),
                        new Order(List.of("id"), Direction.ASCENDING));
        assertBad(() -> ColumnLists.orderBy("m", SCHEMA));
        assertBad(() -> ColumnLists.orderBy("random()", SCHEMA));
    }

    @Test
    void a_partition_is_a_condition_on_partition_columns() {
        List<String> columns = List.of("p", "q`r");
        assertThat(Partition.condition("P=a/q`r=b%2Fc", columns)).isEqualTo("`p` = 'a' AND `q``r` = 'b/c'");
        assertThat(Partition.condition("p=it's", columns)).isEqualTo("`p` = 'it''s'");
        assertThat(Partition.condition("p=__HIVE_DEFAULT_PARTITION__", columns)).isEqualTo("`p` IS NULL");
        for (String bad : List.of("p", "=a", "p=a/p=b", "x=1", "p=a/")) {
            assertBad(() -> Partition.condition(bad, columns));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"3/3", "-1/3", "1/0", "x", "1", "0/99999999999", "0/3/", " 0/3"})
    void a_shard_is_one_of_its_number(String text) {
        assertThat(Shard.parse("2/3")).isEqualTo(new Shard(2, 3));
        assertBad(() -> Shard.parse(text));
    }

    private static void assertBad(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.BadParameter.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | JSON",
                "*/* | JSON",
                "text/html,application/xhtml+xml,*/*;q=0.8 | JSON",
                "application/x-ndjson | NDJSON",
                "text/csv;q=0.5, application/x-ndjson;q=0.9 | NDJSON",
                "*/*;q=0.1, text/csv | CSV",
                "text/* | CSV",
                "application/json;q=0, */* | NDJSON",
                "application/vnd.apache.arrow.stream | ARROW_STREAM",
            })
    void an_Accept_header_names_the_format(String accept, RowFormat expected) {
        assertThat(Formats.accepted(accept)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/json;q=0", "nonsense"})
    void what_cannot_be_had_is_not_acceptable(String accept) {
        assertThatThrownBy(() -> Formats.accepted(accept))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.NotAcceptable.class));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip, deflate, br | GZIP",
                "* | GZIP",
                "gzip;q=0 | IDENTITY",
                "br | IDENTITY",
                "zstd | ZSTD",
                "gzip, zstd | GZIP",
                "gzip;q=0.5, zstd;q=0.9 | ZSTD",
                "gzip;q=0, zstd | ZSTD",
                "zstd;q=0, * | GZIP"
            })
    void the_coding_is_the_one_that_is_liked_best(String header, AnswerOutput.Coding coding) {
        assertThat(Formats.coding(RowFormat.JSON, header)).isEqualTo(coding);
        assertThat(Formats.coding(RowFormat.PARQUET, header)).isEqualTo(AnswerOutput.Coding.IDENTITY);
    }

    @Test
    void nothing_is_coded_for_who_does_not_ask() {
        assertThat(Formats.coding(RowFormat.JSON, null)).isEqualTo(AnswerOutput.Coding.IDENTITY);
    }
}
