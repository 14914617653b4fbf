/// Arrow batches as the formats of the HTTP contract.
@NullMarked
package io.sluice.compute.encode;

import org.jspecify.annotations.NullMarked;
