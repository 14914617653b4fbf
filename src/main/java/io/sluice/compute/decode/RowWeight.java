package io.sluice.compute.decode;

import io.sluice.compute.scan.Sql;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/// What a row of a Parquet file takes as vectors, in bytes and as SQL: the texts in it, however deep, and the elements
/// of its lists and maps. The file has a value that many rows or elements share once, their vectors have it each time.
///
/// Lists are flattened level by level, since DuckDB plans lambdas within lambdas in a time that doubles with each.
/// What lies below more levels of lists than that is done for is not measured.
final class RowWeight {

    /// At most, of a value that has no length of its own, with its share of offsets and of what tells nulls.
    private static final int FIXED_BYTES = 17;

    /// Levels of lists and maps that are measured.
    private static final int MOST_LEVELS = 3;

    private static final String LAMBDA = "lambda x: ";

    private final List<String> texts = new ArrayList<>();
    private final List<String> elements = new ArrayList<>();
    private long fixedBytes;
    private boolean isWhole = true;

    /// @param fields columns of the file as DuckDB names them
    RowWeight(List<Field> fields) {
        fields.forEach(field -> add(field, Sql.identifier(field.getName())));
    }

    /// Bytes of values that are as long in every row.
    long fixedBytes() {
        return fixedBytes;
    }

    /// Whether all was measured.
    boolean isWhole() {
        return isWhole;
    }

    /// Whether rows differ.
    boolean varies() {
        return !texts.isEmpty() || !elements.isEmpty();
    }

    /// Bytes of all texts of a row.
    String texts() {
        return sum(texts);
    }

    /// Bytes of all elements of a row's lists and maps without their texts.
    String elements() {
        return sum(elements);
    }

    private static String sum(List<String> terms) {
        return terms.isEmpty() ? "0" : String.join(" + ", terms);
    }

    private void add(Field field, String value) {
        List<Field> children = field.getChildren();
        switch (field.getType()) {
            case ArrowType.Struct _ -> children.forEach(child -> add(child, member(value, child)));
            case ArrowType.List _ -> addElements(children.getFirst(), value, 1);
            case ArrowType.Map _ -> {
                addElements(key(field), "map_keys(" + value + ")", 1);
                addElements(value(field), "map_values(" + value + ")", 1);
            }
            default -> {
                fixedBytes += FIXED_BYTES;
                length(field, value).ifPresent(length -> texts.add(orNone(length)));
            }
        }
    }

    /// @param list of values of the field
    /// @param level of lists, from 1
    private void addElements(Field field, String list, int level) {
        if (level > MOST_LEVELS) {
            isWhole = false;
            return;
        }
        elements.add(FIXED_BYTES + " * " + orNone("len(" + list + ")"));
        List<Field> children = field.getChildren();
        switch (field.getType()) {
            case ArrowType.Struct _ ->
                children.forEach(child -> addElements(child, each(list, member("x", child)), level));
            case ArrowType.List _ -> addElements(children.getFirst(), "flatten(" + list + ")", level + 1);
            case ArrowType.Map _ -> {
                addElements(key(field), "flatten(" + each(list, "map_keys(x)") + ")", level + 1);
                addElements(value(field), "flatten(" + each(list, "map_values(x)") + ")", level + 1);
            }
            default ->
                length(field, "x").ifPresent(length -> texts.add(orNone("list_sum(" + each(list, length) + ")")));
        }
    }

    private static Optional<String> length(Field field, String value) {
        return switch (field.getType()) {
            case ArrowType.Utf8 _ -> Optional.of("strlen(CAST(" + value + " AS VARCHAR))");
            case ArrowType.Binary _ -> Optional.of("octet_length(CAST(" + value + " AS BLOB))");
            default -> Optional.empty();
        };
    }

    private static Field key(Field map) {
        return map.getChildren().getFirst().getChildren().getFirst();
    }

    private static Field value(Field map) {
        return map.getChildren().getFirst().getChildren().getLast();
    }

    private static String member(String struct, Field member) {
        return "struct_extract(" + struct + ", " + Sql.literal(member.getName()) + ")";
    }

    private static String each(String list, String of) {
        return "list_transform(" + list + ", " + LAMBDA + of + ")";
    }

    private static String orNone(String number) {
        return "coalesce(" + number + ", 0)";
    }
}
