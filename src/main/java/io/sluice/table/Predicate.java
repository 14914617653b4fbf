package io.sluice.table;

import java.util.List;

/// What a filter says about single columns, for skipping files: an over-approximation of the filter. A row for which
/// the filter is true always satisfies the predicate; whatever cannot be told about files is [Anything].
///
/// Columns are paths of logical names (`[s, x]` for `s.x`). Values are Java values in the column's own type: Long for
/// byte to long, BigDecimal, Float, Double, String, Boolean, LocalDate, Instant (timestamp) and LocalDateTime
/// (timestamp_ntz).
public sealed interface Predicate {

    record And(List<Predicate> parts) implements Predicate {}

    record Or(List<Predicate> parts) implements Predicate {}

    record Comparison(List<String> column, Operator operator, Object value) implements Predicate {}

    record In(List<String> column, List<Object> values) implements Predicate {}

    record IsNull(List<String> column) implements Predicate {}

    record IsNotNull(List<String> column) implements Predicate {}

    /// True of any row, as far as can be told.
    record Anything() implements Predicate {}

    /// True of no row.
    record Nothing() implements Predicate {}

    enum Operator {
        EQUAL,
        LESS,
        LESS_OR_EQUAL,
        GREATER,
        GREATER_OR_EQUAL,
        NOT_EQUAL,
        NOT_DISTINCT
    }
}
