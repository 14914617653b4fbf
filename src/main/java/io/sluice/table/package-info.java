/// The words: what a table, a version, a schema and a failure are called everywhere else.
///
/// Holds values only, no I/O, no library but Jackson for JSON text. Main types: [io.sluice.table.TableName],
/// [io.sluice.table.AsOf], [io.sluice.table.Schema], [io.sluice.table.Failure]. Invariant: every value checks its own
/// rule when it is made. Depends on nothing of Sluice.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.sluice.table;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
