/// Which files may hold rows for a predicate: bounds of columns by file, and the predicate over them.
///
/// Invariant: a file is left out only when no row of it can satisfy the predicate, whatever a writer truncated or left
/// out.
@NullMarked
package io.sluice.delta.prune;

import org.jspecify.annotations.NullMarked;
