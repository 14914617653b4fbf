/// Rows out: a table, as of a version or a moment.
@ApplicationModule(allowedDependencies = {"api", "catalog", "compute", "delta", "storage", "table"})
@NullMarked
package io.sluice.query;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
