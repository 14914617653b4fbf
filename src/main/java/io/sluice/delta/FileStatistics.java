package io.sluice.delta;

import java.util.Map;
import java.util.OptionalLong;

/// Per-file statistics (Delta protocol, "Per-file Statistics"), by physical column path (`a`, `s.x`).
///
/// Bounds are the JSON values of the log (String, Long, Double, BigDecimal, Boolean); a missing bound means unknown. Long string bounds may
/// be truncated, so a bound is never taken as a value that occurs; timestamps are truncated to milliseconds.
///
/// @param numRecords rows in the file, deleted ones included
/// @param tightBounds false when deletion vectors may have removed the rows that made the bounds
public record FileStatistics(
        OptionalLong numRecords,
        Map<String, Object> minValues,
        Map<String, Object> maxValues,
        Map<String, Long> nullCounts,
        boolean tightBounds) {}
