/// The `_delta_log` directory: names, listings, and the replay of checkpoint and commits into a table's state.
@NullMarked
package io.sluice.delta.log;

import org.jspecify.annotations.NullMarked;
