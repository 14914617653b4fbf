package io.sluice.ingest.overwrite;

/// What an overwrite is answered with; kept in the log for requests that are repeated.
///
/// @param rows of the batch
/// @param files that were added
/// @param bytes of those
record OverwriteResult(long rows, int files, long bytes) {}
