/// The real commit code on a simulated store, network and clock: every schedule of threads, faults and deaths follows
/// from one seed.
///
/// Main types: `World` runs virtual threads one at a time, `SimulatedStorage` is a replica's way to the store and what
/// goes wrong on it, `Schedule` is one run with its `Invariant`, `Simulation` the program that runs many.
package io.sluice.commit.simulation;
