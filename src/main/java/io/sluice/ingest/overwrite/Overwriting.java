package io.sluice.ingest.overwrite;

import io.sluice.api.Limits;
import io.sluice.datafile.DataFileStore;
import io.sluice.datafile.RowRewriter;
import io.sluice.ingest.stage.RowStager;
import java.time.Clock;

/// What overwriting needs.
///
/// @param stager makes files of a batch
/// @param files deletes those of a batch that will not be committed
/// @param rewriter takes single rows out of files
public record Overwriting(RowStager stager, RowRewriter rewriter, DataFileStore files, Limits limits, Clock clock) {}
