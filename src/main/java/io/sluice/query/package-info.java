/// Rows out: a table, as of a version or a moment.
@ApplicationModule(
        allowedDependencies = {"access", "answer", "api", "catalog", "compute", "datafile", "delta", "table", "trace"})
@NullMarked
package io.sluice.query;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
