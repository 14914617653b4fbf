/// Rows of data files that change: found, made anew, written.
///
/// Main types: [io.sluice.compute.change.RowChanges] runs a [io.sluice.compute.change.RowChange] on a
/// [io.sluice.compute.change.Target] and tells what it found and wrote as [io.sluice.compute.change.ChangedRows].
/// Invariant: a change that fails leaves no file behind. Knows neither versions nor deletion vectors, only row
/// numbers.
@NamedInterface("change")
@NullMarked
package io.sluice.compute.change;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
