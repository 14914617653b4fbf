/// Bytes at locations: the one port to file systems and object stores, and the local cache of data files.
///
/// The only package that knows the cloud SDKs. Main type: [io.sluice.storage.Storage]; which one serves a location
/// says [io.sluice.storage.Storages]. Invariant: `putIfAbsent` creates a whole object or nothing, for one caller among
/// all processes, and what it reported as created survives a crash. May not hold anything about Delta.
@ApplicationModule(allowedDependencies = {"table"})
@NullMarked
package io.sluice.storage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
