package io.sluice.compute.rule;

import io.sluice.table.Column;
import java.util.List;

/// Where the value of a column comes from that a row does not bring.
public sealed interface Filling {

    Column column();

    /// @param sql without columns
    record Default(Column column, String sql) implements Filling {}

    /// Computed from other columns; a value that a row brings must be the computed one.
    ///
    /// @param sql over the other columns
    /// @param reads those columns
    /// @param text as the table has it
    record Generated(Column column, String sql, List<String> reads, String text) implements Filling {}

    /// Handed out by the commit (Delta protocol, "Identity Columns").
    ///
    /// @param always whether a row may not bring a value
    record Identity(Column column, boolean always) implements Filling {}
}
