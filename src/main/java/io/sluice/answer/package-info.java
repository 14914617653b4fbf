/// What every request that reads rows shares: in which format the rows leave, which columns a parameter names, what
/// stands around a page.
///
/// Main types: [io.sluice.answer.Formats] reads `Accept`; [io.sluice.answer.ColumnLists] reads `select` and
/// `orderBy`; [io.sluice.answer.PageFrame] is a JSON page without its rows. May not read rows.
@ApplicationModule(allowedDependencies = {"api", "compute", "delta", "table"})
@NullMarked
package io.sluice.answer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
