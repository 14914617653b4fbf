/// Rows in: decode, check, stage, one group commit.
@ApplicationModule(allowedDependencies = {"api", "catalog", "commit", "compute", "delta", "storage", "table"})
@NullMarked
package io.sluice.ingest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
