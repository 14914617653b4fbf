/// Which tables exist and where: create, list, show, alter, register, drop.
///
/// Main type: [io.sluice.catalog.Catalog]. Invariant: a directory below the root with a `_delta_log` is a table,
/// whoever wrote it; nothing else says so. Reads rows only to ask whether they satisfy
/// a new rule, and writes none.
@ApplicationModule(
        allowedDependencies = {
            "access",
            "api",
            "batch",
            "commit",
            "compute",
            "compute :: parquet",
            "datafile",
            "delta",
            "delta :: feed",
            "storage",
            "table"
        })
@NullMarked
package io.sluice.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
