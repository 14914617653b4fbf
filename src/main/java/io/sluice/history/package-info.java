/// What happened to a table: its commits, newest first, and the changes of its rows, oldest first.
///
/// Main types: [io.sluice.history.HistoryController], [io.sluice.history.ChangesReader]. Invariant: changes come in
/// the order of their commits, so that whoever has seen a row of one has seen all of those before.
@ApplicationModule(
        allowedDependencies = {
            "access",
            "answer",
            "api",
            "catalog",
            "compute",
            "datafile",
            "delta",
            "delta :: feed",
            "storage",
            "table"
        })
@NullMarked
package io.sluice.history;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
