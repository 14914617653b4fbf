/// The work on rows: decoding and checking batches, writing Parquet with statistics, scanning, filtering, sorting,
/// encoding answers.
///
/// The only user of DuckDB and Arrow. Main types: [io.sluice.compute.DuckDb] runs statements on its own platform
/// threads; [io.sluice.compute.Scan] is a set of files that reads as one table. Invariant: DuckDB reaches only the
/// directories that it was given at the start, and no text of a client becomes SQL before its tree was checked. May
/// not know versions, logs or HTTP.
@ApplicationModule(allowedDependencies = {"storage", "table", "trace"})
@NullMarked
package io.sluice.compute;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
