/// Bodies of every format to checked rows, by the value rules of the HTTP contract: nothing is narrowed, rounded,
/// wrapped or turned into null.
@NamedInterface("decode")
@NullMarked
package io.sluice.compute.decode;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
