/// The one door to the log: staged files in, exactly one outcome out.
///
/// Main types: [io.sluice.commit.TableCommits] takes [io.sluice.commit.AppendRequest]s, whose rows need nothing of the
/// table but its definition and go together, and [io.sluice.commit.ChangeRequest]s with a
/// [io.sluice.commit.ChangeWork], which is computed from the table's state and computed again when that changes
/// meanwhile. Each is answered with an outcome. Invariant: `Committed` means that the log entry is on storage with our
/// actions, once; `Refused` that it is not and will not be; anything else is `Unknown`. May not decode rows or know
/// HTTP.
@ApplicationModule(allowedDependencies = {"delta", "storage", "table", "trace"})
@NullMarked
package io.sluice.commit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
