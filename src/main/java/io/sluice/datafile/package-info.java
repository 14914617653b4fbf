/// Data files of a table: read as a scan, made of rows, put on storage.
///
/// Main types: [io.sluice.datafile.TableScans] turns live files into a scan of local copies;
/// [io.sluice.datafile.DataFileStore] turns rows into files on storage and the `add` actions that name them.
/// Invariant: what was stored and will never be committed is deleted. May not write to the log.
@ApplicationModule(
        allowedDependencies = {"compute", "compute :: change", "delta", "delta :: feed", "storage", "table", "trace"})
@NullMarked
package io.sluice.datafile;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
