/// Rows that change: delete, update, upsert, merge.
///
/// Main types: [io.sluice.change.ChangePlan] says what a request wants of a version of the table, one class for each
/// kind; [io.sluice.change.TableChanges] takes it to its outcome. Invariant: a change that touches no row commits
/// nothing, and one that fails leaves neither a version nor a file behind. May not touch the log but through `commit`.
@ApplicationModule(
        allowedDependencies = {
            "access",
            "answer",
            "api",
            "batch",
            "catalog",
            "commit",
            "compute",
            "compute :: change",
            "compute :: column",
            "compute :: decode",
            "datafile",
            "delta",
            "storage",
            "table"
        })
@NullMarked
package io.sluice.change;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
