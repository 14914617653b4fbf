/// Batches that take the place of rows: of all, of those of a condition, of the partitions that they have rows for.
@NullMarked
package io.sluice.ingest.overwrite;

import org.jspecify.annotations.NullMarked;
