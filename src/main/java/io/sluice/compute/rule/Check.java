package io.sluice.compute.rule;

import java.util.List;

/// A condition that must be true for every row; null is not true (Delta protocol, "CHECK Constraints").
///
/// @param name of the constraint; of an invariant its column
/// @param column that it belongs to; empty for one of the table
/// @param reads the columns of the condition
/// @param text as the table has it
public record Check(String name, String column, String sql, List<String> reads, String text) {}
