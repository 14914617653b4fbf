/// The process: how it starts, where it may listen, what connections may hold and for how long, how it says that it is
/// ready, how it stops.
///
/// Invariant: without authentication it listens on loopback only. May not know tables.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.sluice.server;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
