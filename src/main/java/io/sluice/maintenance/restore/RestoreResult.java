package io.sluice.maintenance.restore;

/// What a restore did, by Delta's names.
///
/// @param version that the restore committed; the latest one where nothing was to be done
/// @param restoredVersion whose content it has
public record RestoreResult(
        long version,
        long restoredVersion,
        long tableSizeAfterRestore,
        long numOfFilesAfterRestore,
        long numRemovedFiles,
        long numRestoredFiles,
        long removedFilesSize,
        long restoredFilesSize) {

    RestoreResult at(long committed) {
        return new RestoreResult(
                committed,
                restoredVersion,
                tableSizeAfterRestore,
                numOfFilesAfterRestore,
                numRemovedFiles,
                numRestoredFiles,
                removedFilesSize,
                restoredFilesSize);
    }
}
