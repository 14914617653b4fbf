package io.sluice.table;

import java.util.Map;
import java.util.Optional;

/// The column whose value marks a row as deleted: a nullable timestamp, which the table property
/// `sluice.softDeleteColumn` names.
public final class SoftDeleteColumn {

    public static final String PROPERTY = "sluice.softDeleteColumn";

    private SoftDeleteColumn() {}

    /// The column, where the table has one that can mark rows.
    ///
    /// @param configuration the table's properties
    public static Optional<Column> of(Schema schema, Map<String, String> configuration) {
        return Optional.ofNullable(configuration.get(PROPERTY))
                .flatMap(schema::find)
                .filter(column -> column.nullable()
                        && (column.type() == DataType.Primitive.TIMESTAMP
                                || column.type() == DataType.Primitive.TIMESTAMP_NTZ));
    }

    /// What is wrong with the property; nothing where the table has none.
    public static Optional<String> fault(Schema schema, Map<String, String> configuration) {
        String name = configuration.get(PROPERTY);
        return name == null || of(schema, configuration).isPresent()
                ? Optional.empty()
                : Optional.of("the table property " + PROPERTY + " names " + name
                        + ", which is no nullable column of type timestamp or timestamp_ntz");
    }
}
