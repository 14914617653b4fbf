package io.sluice.compute;

/// How many bytes an answer may have.
///
/// @param property that sets the limit, `sluice.limits.…`
public record ByteLimit(String property, long bytes) {}
