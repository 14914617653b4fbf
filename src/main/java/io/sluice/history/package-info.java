/// What happened to a table: its commits, newest first.
@ApplicationModule(allowedDependencies = {"api", "catalog", "delta", "storage", "table"})
@NullMarked
package io.sluice.history;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
