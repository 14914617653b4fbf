package io.sluice.delta.kernel;

import io.sluice.storage.FileEntry;
import java.util.List;

/// The part of a log that a checkpoint is made from, beside the table in memory.
///
/// @param checkpoint files of an earlier checkpoint, without its sidecars; none where the commits begin with the first
/// @param commits those after it up to the version, the newest first
public record LogTail(List<FileEntry> checkpoint, List<FileEntry> commits) {

    public LogTail {
        checkpoint = List.copyOf(checkpoint);
        commits = List.copyOf(commits);
    }
}
