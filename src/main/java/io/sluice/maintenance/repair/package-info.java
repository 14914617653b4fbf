/// Entries of the log whose files are gone.
///
/// Main type: [io.sluice.maintenance.repair.Repair]. Invariant: an entry goes only when the store has just said that
/// its data file is not there.
@NullMarked
package io.sluice.maintenance.repair;

import org.jspecify.annotations.NullMarked;
