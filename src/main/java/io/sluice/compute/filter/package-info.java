/// The filter language: text to a checked tree to SQL and a predicate.
@NullMarked
package io.sluice.compute.filter;

import org.jspecify.annotations.NullMarked;
