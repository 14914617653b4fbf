/// Who did what, when, to which table, and what became of it: one entry for each request, and one for the end of
/// each operation.
///
/// Main type: [io.sluice.audit.AuditLog]. Invariant: a request waits for its entry no longer than it is told to, and
/// an entry that is lost is counted, in the log itself too. An entry holds no secret: no header, no query, no body.
/// May not decide anything.
@ApplicationModule(
        allowedDependencies = {
            "api",
            "catalog",
            "commit",
            "compute",
            "compute :: column",
            "datafile",
            "delta",
            "operation",
            "server",
            "table"
        })
@NullMarked
package io.sluice.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
