/// DuckDB through its C interface, for results that arrive as Arrow batches: the threads that scan make them. The JDBC
/// driver hands over a result's vectors, copied, and converts them on the one thread that fetches.
@NullMarked
package io.sluice.compute.capi;

import org.jspecify.annotations.NullMarked;
