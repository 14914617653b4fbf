package io.sluice.change;

import java.util.Map;

/// What a change did to rows; kept in the log for requests that are repeated.
///
/// @param dropped rows of a batch that neither matched nor were inserted
/// @param metrics as Spark names them
record ChangeResult(long inserted, long updated, long deleted, long dropped, Map<String, Long> metrics) {}
