/// Statistics of files that lack them.
///
/// Main type: [io.sluice.maintenance.statistics.Statistics]. Invariant: no row changes, and what is written down is
/// true of the whole file.
@NullMarked
package io.sluice.maintenance.statistics;

import org.jspecify.annotations.NullMarked;
