/// What a table may be defined as, at its creation and in every change of it: columns, their rules, constraints,
/// properties.
@NullMarked
package io.sluice.catalog.definition;

import org.jspecify.annotations.NullMarked;
