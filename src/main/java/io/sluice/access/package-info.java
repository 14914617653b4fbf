/// Who calls, and what he may do: authentication, grants, and the one check of them.
///
/// Main type: [io.sluice.access.Access], which every handler is judged by before it is called, and which those ask
/// whose bodies name tables. Invariant: nothing of a table is read for a caller who may not do what he asks, and
/// whoever may not see a table is told the same as if there were none. May not know tables' contents, logs or storage.
@ApplicationModule(allowedDependencies = {"api", "api :: problem", "server", "table"})
@NullMarked
package io.sluice.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
