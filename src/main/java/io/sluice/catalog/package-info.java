/// Which tables exist and where: create, list, show, register, drop.
///
/// Main type: [io.sluice.catalog.Catalog]. Invariant: a directory below the root with a `_delta_log` is a table,
/// whoever wrote it; nothing else says so. May not read or write rows.
@ApplicationModule(allowedDependencies = {"api", "commit", "compute", "delta", "storage", "table"})
@NullMarked
package io.sluice.catalog;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
