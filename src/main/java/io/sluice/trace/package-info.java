/// Where the time of a request goes: spans of its stages, told to a collector (OpenTelemetry), in the trace of whoever
/// asked (W3C Trace Context). Off unless a collector is named; then nothing of it is loaded.
///
/// Main type: [io.sluice.trace.Stages], with which a stage is named where it happens. Invariant: a request never waits
/// for a collector, and never fails because of one. The only user of OpenTelemetry; may know nothing of what is
/// traced.
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.sluice.trace;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
