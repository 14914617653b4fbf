/// What tables want done by themselves, begun when it is due (`sluice.optimize.every`, …).
///
/// Main type: [io.sluice.maintenance.schedule.Scheduler]. Invariant: of several replicas one begins a run, and one
/// that died before it did so costs that run only.
@NullMarked
package io.sluice.maintenance.schedule;

import org.jspecify.annotations.NullMarked;
