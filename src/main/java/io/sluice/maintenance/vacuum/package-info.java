/// Files that no version within the retention needs are deleted.
///
/// Main type: [io.sluice.maintenance.vacuum.Vacuum]. Invariant: a file is deleted only when no version within the
/// retention names it, as a first and a second look at the log say, and only below the table.
@NullMarked
package io.sluice.maintenance.vacuum;

import org.jspecify.annotations.NullMarked;
