package io.sluice.compute.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PartitionValueTest {

    static List<Arguments> values() {
        return List.of(
                values(Primitive.STRING, "a", "a b", "null", "NULL", "x.y:z+1-_", " led and trailed "),
                values(Primitive.STRING, "it's", "a\"b", "a\\b", "[1, 2]", "{}", "Größe", "\u0001", ","),
                values(Primitive.LONG, "1", "-9223372036854775808", "0"),
                values(Primitive.INTEGER, "7", "-8"),
                values(Primitive.SHORT, "7", "-8"),
                values(Primitive.BYTE, "127", "-128"),
                values(Primitive.FLOAT, "0.1", "NaN", "-Infinity", "1.0E10"),
                values(Primitive.DOUBLE, "0.1", "NaN", "Infinity", "4.9E-324"),
                values(new DataType.Decimal(10, 2), "1.5", "-0.25", "12345678.9"),
                values(Primitive.BOOLEAN, "true", "FALSE"),
                values(Primitive.DATE, "2024-02-29", "0001-01-01", "9999-12-31"),
                values(Primitive.TIMESTAMP, "2024-02-29 12:00:00.000001", "2024-02-29T12:00:00.5+02:00"),
                values(Primitive.TIMESTAMP_NTZ, "2024-02-29 12:00:00.000001", "9999-12-31 23:59:59"),
                values(Primitive.BINARY, "abc", "\u0001\u00ff'"));
    }

    private static Arguments values(DataType type, String... texts) {
        return Arguments.of(type, texts);
    }

    @ParameterizedTest
    @MethodSource("values")
    void a_list_of_constants_holds_what_each_constant_is(DataType type, String[] texts) throws SQLException {
        List<@Nullable String> withoutSome = new ArrayList<>(Arrays.asList(texts));
        withoutSome.add(1, null);
        withoutSome.add("");

        var single = new ArrayList<String>();
        withoutSome.forEach(text -> single.add(PartitionValue.constant(text, type)));

        assertThat(read("unnest(" + PartitionValue.constants(withoutSome, type) + ")"))
                .isEqualTo(read("unnest([" + String.join(", ", single) + "])"))
                .hasSize(texts.length + 2)
                .satisfies(read -> assertThat(read.get(1)).isEqualTo("null"));
    }

    private static List<String> read(String values) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT typeof(v), '<' || CAST(v AS VARCHAR) || '>' FROM (SELECT " + values + " AS v)")) {
            var read = new ArrayList<String>();
            while (rows.next()) {
                read.add(rows.getString(2) == null ? "null" : rows.getString(1) + rows.getString(2));
            }
            return read;
        }
    }
}
