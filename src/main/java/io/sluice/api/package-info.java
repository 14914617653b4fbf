/// What every endpoint shares: problems, limits, pages, ETags, parameters, request ids, the bodies of answers, and the
/// service's description of itself.
///
/// Main types: [io.sluice.api.Problems] turns each [io.sluice.table.Failure] into a problem (RFC 9457);
/// [io.sluice.api.Limits] holds every limit of a request. Invariant: whatever goes wrong, also before Spring sees the
/// request, the client gets `application/problem+json` and nothing internal. May not know tables' contents, logs or
/// storage.
@ApplicationModule(allowedDependencies = {"table", "trace"})
@NullMarked
package io.sluice.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
