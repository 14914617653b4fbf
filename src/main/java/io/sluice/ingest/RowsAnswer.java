package io.sluice.ingest;

import io.sluice.table.BadRow;
import java.util.List;

/// What became of a batch.
///
/// @param version of the table that has the rows
/// @param rows of this batch that were written
/// @param files that the commit added, for all batches that went into it
/// @param bytes of those files
/// @param replayed whether an earlier request with the same key or sequence had written the rows
/// @param rejected bad rows that were skipped or quarantined
public record RowsAnswer(long version, long rows, int files, long bytes, boolean replayed, List<BadRow> rejected) {}
