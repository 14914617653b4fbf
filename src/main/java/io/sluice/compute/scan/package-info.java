/// A scan of data files as SQL: types, names, partition values, deleted rows.
@NullMarked
package io.sluice.compute.scan;

import org.jspecify.annotations.NullMarked;
