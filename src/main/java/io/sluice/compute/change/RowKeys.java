package io.sluice.compute.change;

import io.sluice.compute.Filter;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Predicate;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Keys of rows as values with `equals`: a list of the columns' values, each a Long (whole numbers, days) or the bytes
/// of a text. Other types have values that are equal in SQL and not alike, or the other way round, and make no keys
/// here.
///
/// @param columns of the table
/// @param keys none of which has a null
public record RowKeys(List<Column> columns, Set<List<Object>> keys) {

    public RowKeys {
        columns = List.copyOf(columns);
        keys = Set.copyOf(keys);
    }

    /// An order of keys, column by column, in which texts that begin alike are near one another.
    static final Comparator<List<Object>> ORDER = RowKeys::compare;

    static boolean canBe(Column column) {
        return column.type() instanceof DataType.Primitive primitive
                && switch (primitive) {
                    case BYTE, SHORT, INTEGER, LONG, DATE, STRING -> true;
                    case FLOAT, DOUBLE, BOOLEAN, BINARY, TIMESTAMP, TIMESTAMP_NTZ, VARIANT, VOID -> false;
                };
    }

    public boolean contains(List<Object> key) {
        return keys.contains(key);
    }

    /// These keys of the same columns.
    public RowKeys only(Collection<List<Object>> some) {
        return new RowKeys(columns, Set.copyOf(some));
    }

    /// The key of a row; empty where a part of it is null.
    static Optional<List<Object>> of(List<Cells> parts, int row) {
        var key = new ArrayList<Object>(parts.size());
        for (Cells part : parts) {
            if (part.isNull(row)) {
                return Optional.empty();
            }
            key.add(
                    part instanceof BytesCells bytes
                            ? ByteBuffer.wrap(bytes.value(row))
                            : ((Number) part.boxed(row)).longValue());
        }
        return Optional.of(List.copyOf(key));
    }

    /// The key in the first columns of a row of an answer; empty where a part of it is null.
    static Optional<List<Object>> of(VectorSchemaRoot rows, int columns, int row) {
        var key = new ArrayList<Object>(columns);
        for (FieldVector part : rows.getFieldVectors().subList(0, columns)) {
            if (part.isNull(row)) {
                return Optional.empty();
            }
            key.add(
                    switch (part) {
                        case VarCharVector text -> ByteBuffer.wrap(text.get(row));
                        case DateDayVector days -> (long) days.get(row);
                        case BaseIntVector number -> number.getValueAsLong(row);
                        default -> throw new IllegalStateException("no key: " + part.getMinorType());
                    });
        }
        return Optional.of(List.copyOf(key));
    }

    /// What rows with such keys are like.
    public Predicate predicate() {
        var parts = new ArrayList<Predicate>();
        for (int i = 0; i < columns.size(); i++) {
            parts.add(new Predicate.In(List.of(columns.get(i).name()), values(i)));
        }
        return keys.isEmpty() ? new Predicate.Nothing() : new Predicate.And(parts);
    }

    private List<Object> values(int column) {
        DataType type = columns.get(column).type();
        return keys.stream()
                .map(key -> key.get(column))
                .distinct()
                .map(value -> switch (value) {
                    case ByteBuffer bytes -> (Object) text(bytes);
                    case Long days when type == DataType.Primitive.DATE -> LocalDate.ofEpochDay(days);
                    default -> value;
                })
                .toList();
    }

    /// A condition that is true of the rows with such keys, and, where a key has several columns, of some others.
    Filter filter() {
        var conditions = new ArrayList<String>();
        for (int i = 0; i < columns.size(); i++) {
            conditions.add(values(i).stream()
                    .map(RowKeys::literal)
                    .collect(java.util.stream.Collectors.joining(
                            ", ", Sql.identifier(columns.get(i).name()) + " IN (", ")")));
        }
        return new Filter(
                String.join(" AND ", conditions),
                columns.stream().map(Column::name).toList(),
                predicate(),
                new Predicate.Anything(),
                // Whoever looks for keys takes the rows in any order: none is to be made.
                Filter.RowOrder.KEPT);
    }

    private static String literal(Object value) {
        return switch (value) {
            case String text -> Sql.literal(text);
            case LocalDate date -> "DATE '1970-01-01' + (" + date.toEpochDay() + ")::INTEGER";
            default -> value.toString();
        };
    }

    /// Whether each key can stand in a statement.
    boolean canBeWritten() {
        return keys.stream()
                .flatMap(List::stream)
                .noneMatch(value ->
                        value instanceof ByteBuffer bytes && text(bytes).indexOf('\0') >= 0);
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    private static int compare(List<Object> one, List<Object> other) {
        for (int i = 0; i < one.size(); i++) {
            int order = one.get(i) instanceof ByteBuffer bytes
                    ? bytes.compareTo((ByteBuffer) other.get(i))
                    : Long.compare((Long) one.get(i), (Long) other.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }
}
