/// Changes that are computed from a table's state: one at a time per table in this process, beside its appends.
///
/// Main types: [io.sluice.commit.change.ChangeCommit] takes a change to its outcome,
/// [io.sluice.commit.change.ChangeTurn] says whose turn it is. Invariant: a change is committed only on a version on
/// which it would have been computed the same.
@NullMarked
package io.sluice.commit.change;

import org.jspecify.annotations.NullMarked;
