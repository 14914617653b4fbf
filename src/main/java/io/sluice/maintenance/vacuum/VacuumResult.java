package io.sluice.maintenance.vacuum;

import java.util.List;

/// What a vacuum found and deleted.
///
/// @param type `LITE` or `FULL`
/// @param version the newest one after it
/// @param sizeOfDataToDelete in bytes
/// @param numVacuumedDirectories that were looked into; 1 for a lite one
/// @param sample of what it found, the first hundred, relative to the table
public record VacuumResult(
        String type,
        boolean dryRun,
        long version,
        long retentionMillis,
        long numFilesToDelete,
        long sizeOfDataToDelete,
        long numDeletedFiles,
        long numVacuumedDirectories,
        List<String> sample) {}
