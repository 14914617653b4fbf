/// A directory of Parquet files becomes a table, in place: files are found, their footers read, their columns put
/// together, and one log entry names them all. Nothing is moved, and no row is read.
@NullMarked
package io.sluice.catalog.convert;

import org.jspecify.annotations.NullMarked;
