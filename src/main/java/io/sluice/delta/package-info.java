/// The Delta protocol: snapshots, actions, features, statistics, deletion vectors, checkpoints.
///
/// The only user of Delta Kernel. Main types: [io.sluice.delta.Snapshots] gives a [io.sluice.delta.TableSnapshot];
/// [io.sluice.delta.Action] is what a log entry holds. Invariant: a snapshot is what the protocol says the log says,
/// or `table-corrupt`, never fewer files in silence. Writes nothing to the log but checkpoints and checksums: commits
/// go through `commit`.
@ApplicationModule(allowedDependencies = {"storage", "table"})
@NullMarked
package io.sluice.delta;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
