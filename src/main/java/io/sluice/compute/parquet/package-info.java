/// Data files: Parquet by DuckDB, with the statistics of the Delta protocol.
@NullMarked
package io.sluice.compute.parquet;

import org.jspecify.annotations.NullMarked;
