/// What every request that brings rows shares: who sends it, in which format and coding, how much of it may be in
/// flight.
///
/// Main types: [io.sluice.batch.Admission] bounds the bytes that are being read; [io.sluice.batch.WireBody] is the
/// body under its limits; [io.sluice.batch.BatchHeaders] says who a batch is; [io.sluice.batch.BodyLimits] is
/// what decoders are held to. May not decode rows, and knows no table.
@ApplicationModule(allowedDependencies = {"api", "commit", "compute", "compute :: decode", "table"})
@NullMarked
package io.sluice.batch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
