/// Data files: Parquet by DuckDB, with the statistics of the Delta protocol; and what the footers of files that others
/// wrote say.
@NamedInterface("parquet")
@NullMarked
package io.sluice.compute.parquet;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
