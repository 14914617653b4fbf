package io.sluice.maintenance.repair;

import java.util.List;

/// What a repair found and removed.
///
/// @param version the newest one after it
/// @param numMissingFiles live by the log, and not on storage
/// @param numRemovedFiles whose entries were removed
/// @param sample of them, the first hundred, as the log has them
public record RepairResult(
        boolean dryRun,
        long version,
        long numFilesChecked,
        long numMissingFiles,
        long numRemovedFiles,
        List<String> sample) {}
