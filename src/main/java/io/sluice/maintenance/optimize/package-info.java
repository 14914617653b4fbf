/// Files written again with the same rows: fewer, larger, in a better order.
///
/// Main type: [io.sluice.maintenance.optimize.Optimize]. Invariant: no row changes, appends never make it fail, and
/// files whose rows changed meanwhile are left as they are.
@NullMarked
package io.sluice.maintenance.optimize;

import org.jspecify.annotations.NullMarked;
