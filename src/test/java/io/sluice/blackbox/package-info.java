/// Sluice as its clients see it: a running service, asked through HTTP, and the files that it leaves on storage.
///
/// Main types: [io.sluice.blackbox.RunningSluice] starts one, [io.sluice.blackbox.Call] asks it,
/// [io.sluice.blackbox.Answer] is what came back. Nothing here may use a class of the service but the one that starts
/// it, so that the same tests hold for the packaged jar (`-Dsluice.jar=target/sluice.jar`).
@NullMarked
package io.sluice.blackbox;

import org.jspecify.annotations.NullMarked;
