/// Delta Kernel over our storage: its file access, its reader of checkpoints, and what its failures mean.
///
/// Invariant: Kernel reads and writes nothing outside the table's directory and the allowed locations.
@NullMarked
package io.sluice.delta.kernel;

import org.jspecify.annotations.NullMarked;
