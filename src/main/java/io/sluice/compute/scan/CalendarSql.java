package io.sluice.compute.scan;

import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.util.Optional;

/// The dates and times that rows may get: years 0001 to 9999, as in the bodies of requests. DuckDB computes others,
/// infinite ones among them, which no statistics and few readers can tell.
public final class CalendarSql {

    private CalendarSql() {}

    /// A condition that is true for a value outside, and null for null; empty for types without a calendar.
    ///
    /// @param value SQL of a value of the type, which stands in the condition once
    public static Optional<String> isOutside(String value, DataType type) {
        if (type == Primitive.DATE) {
            return Optional.of("(" + value + " NOT BETWEEN DATE '0001-01-01' AND DATE '9999-12-31')");
        }
        if (type == Primitive.TIMESTAMP) {
            return Optional.of("(" + value + " NOT BETWEEN TIMESTAMPTZ '0001-01-01 00:00:00+00'"
                    + " AND TIMESTAMPTZ '9999-12-31 23:59:59.999999+00')");
        }
        return type == Primitive.TIMESTAMP_NTZ
                ? Optional.of("(" + value + " NOT BETWEEN TIMESTAMP '0001-01-01 00:00:00'"
                        + " AND TIMESTAMP '9999-12-31 23:59:59.999999')")
                : Optional.empty();
    }
}
