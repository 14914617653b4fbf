/// Long-running operations as resources: started, asked about, waited for, cancelled, listed.
///
/// Main type: [io.sluice.operation.Operations]. What an operation does is its [io.sluice.operation.OperationWork];
/// this package knows no table's content. A small file below the root tells of each operation, so that every replica,
/// and a restarted one, answers the same. Invariant: an operation that is not finished is being worked on by a replica
/// that said so lately, or it is shown as failed.
@ApplicationModule(allowedDependencies = {"access", "api", "storage", "table"})
@NullMarked
package io.sluice.operation;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
