/// What a commit of appends writes into the log, and what may stand between the snapshot it was prepared on and the
/// one it lands on.
///
/// Main type: [io.sluice.commit.entry.AppendEntry]. Pure functions of a snapshot and requests, but for reading winners
/// and receipts back.
@NullMarked
package io.sluice.commit.entry;

import org.jspecify.annotations.NullMarked;
