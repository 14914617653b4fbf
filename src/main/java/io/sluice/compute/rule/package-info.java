/// The rules that a table's metadata sets for its rows, read and written as SQL.
@NullMarked
package io.sluice.compute.rule;

import org.jspecify.annotations.NullMarked;
