package io.sluice.table;

import java.util.List;

/// A Delta type (Delta protocol, "Schema Serialization Format").
public sealed interface DataType {

    /// The types without parameters, by their names in the protocol.
    enum Primitive implements DataType {
        BYTE("byte"),
        SHORT("short"),
        INTEGER("integer"),
        LONG("long"),
        FLOAT("float"),
        DOUBLE("double"),
        BOOLEAN("boolean"),
        STRING("string"),
        BINARY("binary"),
        DATE("date"),
        TIMESTAMP("timestamp"),
        TIMESTAMP_NTZ("timestamp_ntz"),
        VARIANT("variant"),
        /// Only null; occurs in tables that others wrote ("Void Type"), its columns are in no data file.
        VOID("void");

        private final String deltaName;

        Primitive(String deltaName) {
            this.deltaName = deltaName;
        }

        /// The type's name in the protocol.
        public String deltaName() {
            return deltaName;
        }
    }

    /// `decimal(precision,scale)`: 1 ≤ precision ≤ 38, 0 ≤ scale ≤ precision.
    record Decimal(int precision, int scale) implements DataType {
        public Decimal {
            if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
                throw new Failure.InvalidSchema("decimal(" + precision + "," + scale
                                + ") is not a type: precision is 1 to 38, scale 0 to precision")
                        .asException();
            }
        }
    }

    record Array(DataType element, boolean containsNull) implements DataType {}

    record Map(DataType key, DataType value, boolean valueContainsNull) implements DataType {}

    record Struct(List<Column> fields) implements DataType {
        public Struct {
            fields = List.copyOf(fields);
        }
    }
}
