package io.sluice.delta.feed;

import io.sluice.delta.Action;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import io.sluice.table.TypeText;
import java.util.List;
import java.util.Optional;

/// Whether the rows of an earlier schema can be told in the columns of a later one.
///
/// Columns are the same when column mapping says so, or else by name. Added and renamed columns and widened types
/// pass; a dropped or replaced column does not, since its values would be missing, nor does another partitioning.
final class FeedSchemas {

    private static final String MAX_COLUMN_ID = "delta.columnMapping.maxColumnId";

    private FeedSchemas() {}

    /// @param version that the earlier definition is of
    /// @throws io.sluice.table.FailureException `schema-mismatch`
    static void requireReadable(Action.Metadata earlier, long version, Action.Metadata later) {
        if (!fieldsReadable(earlier.schema().columns(), later.schema().columns())
                || !partitions(earlier).equals(partitions(later))) {
            throw new Failure.SchemaMismatch(
                            names(later.schema()),
                            names(earlier.schema()),
                            "Version " + version + " has columns that the last version of the range does not have, or"
                                    + " has in another type. Read the changes up to the version before such a change"
                                    + " of schema, and those from it on.")
                    .asException();
        }
    }

    /// A restore may bring a dropped column back, and the values that its files still hold, and may narrow a type
    /// that rows since then needed: neither is a change of rows that files tell.
    ///
    /// @param version that the later definition came with
    /// @throws io.sluice.table.FailureException `schema-mismatch`
    static void requireNothingBack(Action.Metadata earlier, long version, Action.Metadata later) {
        long known = Long.parseLong(earlier.configuration().getOrDefault(MAX_COLUMN_ID, "0"));
        boolean isBack = isBack(earlier.schema().columns(), later.schema().columns(), known);
        boolean isNarrower = earlier.schema().columns().stream()
                .anyMatch(column -> same(column, later.schema().columns())
                        .filter(now -> !readable(column.type(), now.type()))
                        .isPresent());
        if (isBack || isNarrower) {
            throw new Failure.SchemaMismatch(
                            names(later.schema()),
                            names(earlier.schema()),
                            "Version " + version + " took back a change of schema, and rows differ since then that no"
                                    + " change tells of. Read the table as of that version, and the changes after it.")
                    .asException();
        }
    }

    /// @param known the largest id that a field had so far
    private static boolean isBack(List<Column> earlier, List<Column> later, long known) {
        return later.stream()
                .anyMatch(column -> same(column, earlier)
                        .map(before -> isBack(before.type(), column.type(), known))
                        .orElse(column.fieldId().orElse(Integer.MAX_VALUE) <= known));
    }

    private static boolean isBack(DataType earlier, DataType later, long known) {
        return switch (later) {
            case Primitive _, DataType.Decimal _ -> false;
            case DataType.Array array ->
                earlier instanceof DataType.Array before && isBack(before.element(), array.element(), known);
            case DataType.Map map ->
                earlier instanceof DataType.Map before
                        && (isBack(before.key(), map.key(), known) || isBack(before.value(), map.value(), known));
            case DataType.Struct struct ->
                earlier instanceof DataType.Struct before && isBack(before.fields(), struct.fields(), known);
        };
    }

    private static List<String> names(Schema schema) {
        return schema.columns().stream()
                .map(column -> column.name() + " " + TypeText.write(column.type()))
                .toList();
    }

    private static List<String> partitions(Action.Metadata metadata) {
        return metadata.partitionColumns().stream()
                .map(name ->
                        metadata.schema().find(name).map(Column::physicalName).orElse(name))
                .toList();
    }

    private static boolean fieldsReadable(List<Column> earlier, List<Column> later) {
        return earlier.stream()
                .allMatch(field -> same(field, later)
                        .filter(now -> readable(field.type(), now.type()))
                        .isPresent());
    }

    private static Optional<Column> same(Column field, List<Column> later) {
        return later.stream()
                .filter(now -> now.physicalName().equalsIgnoreCase(field.physicalName()))
                .findFirst();
    }

    private static boolean readable(DataType from, DataType to) {
        return switch (from) {
            case Primitive primitive -> primitive == to || widens(primitive, to);
            case DataType.Decimal(int precision, int scale) ->
                to instanceof DataType.Decimal(int wider, int finer)
                        && finer >= scale
                        && wider - finer >= precision - scale;
            case DataType.Array array -> to instanceof DataType.Array now && readable(array.element(), now.element());
            case DataType.Map map ->
                to instanceof DataType.Map now && readable(map.key(), now.key()) && readable(map.value(), now.value());
            case DataType.Struct struct ->
                to instanceof DataType.Struct now && fieldsReadable(struct.fields(), now.fields());
        };
    }

    /// Delta protocol, "Type Widening".
    private static boolean widens(Primitive from, DataType to) {
        return switch (from) {
            case BYTE -> to == Primitive.SHORT || to == Primitive.INTEGER || to == Primitive.LONG || real(to, 3);
            case SHORT -> to == Primitive.INTEGER || to == Primitive.LONG || real(to, 5);
            case INTEGER -> to == Primitive.LONG || real(to, 10);
            case LONG -> to instanceof DataType.Decimal(int precision, int scale) && precision - scale >= 20;
            case FLOAT -> to == Primitive.DOUBLE;
            case DATE -> to == Primitive.TIMESTAMP_NTZ;
            case VOID -> true;
            case DOUBLE, BOOLEAN, STRING, BINARY, TIMESTAMP, TIMESTAMP_NTZ, VARIANT -> false;
        };
    }

    private static boolean real(DataType to, int digits) {
        return to == Primitive.DOUBLE
                || to instanceof DataType.Decimal(int precision, int scale) && precision - scale >= digits;
    }
}
