/// A table as it was at an earlier version, as its newest one.
///
/// Main type: [io.sluice.maintenance.restore.Restore]. Invariant: every file of the restored version is there before
/// the log says that it is live again.
@NullMarked
package io.sluice.maintenance.restore;

import org.jspecify.annotations.NullMarked;
