package io.sluice.compute.column;

import io.sluice.table.DataType;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/// Variants on their way from a request to DuckDB: columns of JSON texts, marked in the Arrow field.
public final class JsonTexts {

    private static final String MARK = "sluice.variant";

    private JsonTexts() {}

    static @Nullable Map<String, String> mark(DataType type) {
        return type == DataType.Primitive.VARIANT ? Map.of(MARK, "json") : null;
    }

    /// `SELECT` of all columns of a relation that has these fields, with variants in the place of their texts.
    ///
    /// @param relation quoted
    public static String decoded(String relation, List<Field> fields) {
        String columns = fields.stream()
                .filter(field -> field.getMetadata().containsKey(MARK))
                .map(field -> "\"" + field.getName().replace("\"", "\"\"") + "\"")
                .map(name -> "CAST(CAST(" + name + " AS JSON) AS VARIANT) AS " + name)
                .collect(Collectors.joining(", "));
        return "SELECT *" + (columns.isEmpty() ? "" : " REPLACE (" + columns + ")") + " FROM " + relation;
    }
}
