package io.sluice.compute;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.List;

/// The rows that an expression is about, and the names under which it finds their values.
public sealed interface RowScope {

    /// The names under which expressions of a merge know its sides.
    String TARGET = "target";

    String SOURCE = "source";

    /// What may be named.
    Schema names();

    /// Rows of one table: columns by their names.
    record Table(Schema names) implements RowScope {}

    /// A row of the table and one of the source: `target.x`, `source.x`.
    record Sides(Schema target, Schema source) implements RowScope {
        @Override
        public Schema names() {
            return new Schema(List.of(side(TARGET, target), side(SOURCE, source)));
        }

        private static Column side(String name, Schema schema) {
            return new Column(name, new DataType.Struct(schema.columns()));
        }
    }

    /// Rows of a merge's source, whose columns stand alone: `x` is `source.x`.
    record Source(Schema names) implements RowScope {}
}
