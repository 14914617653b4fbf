/// Rows in: decode, check, stage, one group commit.
///
/// Main types: [io.sluice.ingest.RowsController] is the endpoint, [io.sluice.ingest.RowsIngest] the way of a batch
/// into the log. Invariant: nothing is answered with success before the commit's outcome is known, and every bad row
/// is either refused, returned or quarantined. May not touch the log but through `commit`.
@ApplicationModule(
        allowedDependencies = {
            "access",
            "api",
            "batch",
            "catalog",
            "commit",
            "compute",
            "compute :: change",
            "compute :: decode",
            "compute :: column",
            "datafile",
            "delta",
            "storage",
            "table",
            "trace"
        })
@NullMarked
package io.sluice.ingest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
