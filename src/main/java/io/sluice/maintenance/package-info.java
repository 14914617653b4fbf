/// Keeps tables healthy: checkpoints and whatever else is done to a table as a whole, as operations.
///
/// Main type: [io.sluice.maintenance.MaintenanceController]. Invariant: what can be refused is refused before an
/// operation begins, and an operation that is cut short leaves a table that is whole; starting it again is safe.
@ApplicationModule(
        allowedDependencies = {
            "access",
            "answer",
            "api",
            "catalog",
            "commit",
            "compute",
            "compute :: change",
            "datafile",
            "delta",
            "operation",
            "storage",
            "table"
        })
@NullMarked
package io.sluice.maintenance;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
