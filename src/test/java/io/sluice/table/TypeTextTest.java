package io.sluice.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TypeTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "long",
                "timestamp_ntz",
                "decimal(10,2)",
                "array<struct<a:integer,b:string>>",
                "map<string,long>",
                "struct<`a b`:map<string,array<decimal(38,38)>>,`x``y`:variant>",
                "array<array<binary>>",
                "struct<>"
            })
    void a_type_is_written_as_it_was_read(String text) {
        DataType type = TypeText.parse(text);

        assertThat(TypeText.write(type)).isEqualTo(text);
        assertThat(SchemaJson.type(SchemaJson.toJson(type))).isEqualTo(type);
    }

    @Test
    void blanks_and_upper_case_do_not_matter() {
        assertThat(TypeText.parse(" Array < Struct < a : LONG , b:Decimal( 5 , 1 ) > > "))
                .isEqualTo(TypeText.parse("array<struct<a:long,b:decimal(5,1)>>"));
        assertThat(TypeText.parse("decimal")).isEqualTo(new DataType.Decimal(10, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "int",
                "decimal(39,1)",
                "decimal(5,6)",
                "decimal(-1,0)",
                "array<long",
                "array<>",
                "map<string>",
                "struct<a>",
                "struct<a:long,A:long>",
                "struct<`a:long>",
                "long long",
                "array<long>>",
                "decimal(99999999999,1)",
                "struct<:long>"
            })
    void what_is_not_a_type_is_an_invalid_schema(String text) {
        Throwable thrown = catchThrowable(() -> TypeText.parse(text));

        assertThat(((FailureException) thrown).failure()).isInstanceOf(Failure.InvalidSchema.class);
    }

    @Test
    void nesting_is_bounded() {
        Throwable thrown = catchThrowable(() -> TypeText.parse("array<".repeat(100_000) + "long"));

        assertThat(((FailureException) thrown).failure()).isInstanceOf(Failure.InvalidSchema.class);
    }
}
