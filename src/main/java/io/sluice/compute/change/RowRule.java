package io.sluice.compute.change;

/// What every new row must obey.
///
/// @param name of the constraint, for the client
/// @param column that it is about; empty when it is about the row
/// @param sql a condition over the table's columns by their logical names; a row for which it is false is refused
/// @param reason what is wrong with such a row
public record RowRule(String name, String column, String sql, String reason) {}
