package io.sluice.table;

/// A row that cannot be written.
///
/// @param row the row's place in its batch, counted from 0
/// @param column the column's path (`a.b`), or the empty string where the row as a whole is wrong
/// @param reason what is wrong, for the client
public record BadRow(long row, String column, String reason) {}
