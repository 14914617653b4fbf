/// What every endpoint shares: problems, pages, ETags, parameters, request ids.
@ApplicationModule(allowedDependencies = {"table"})
@NullMarked
package io.sluice.api;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
