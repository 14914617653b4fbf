/// Columns on the heap: where decoders put values row by row and take a bad row back, and from where Arrow vectors are
/// filled in one copy.
@NamedInterface("column")
@NullMarked
package io.sluice.compute.column;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
