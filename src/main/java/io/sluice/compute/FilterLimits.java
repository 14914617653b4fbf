package io.sluice.compute;

/// How large a filter may be.
///
/// @param characters of its text
/// @param nodes of its tree
/// @param depth of its tree
public record FilterLimits(int characters, int nodes, int depth) {}
