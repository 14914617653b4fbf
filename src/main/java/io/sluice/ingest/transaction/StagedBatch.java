package io.sluice.ingest.transaction;

import io.sluice.delta.Action;
import java.util.List;

/// A batch of a transaction: its files are on storage.
///
/// @param fingerprint of the request, where it has a key; else empty
/// @param writer tells two requests apart that bring the same batch at once
record StagedBatch(String writer, String fingerprint, long rows, List<Action.AddFile> files) {

    StagedBatch {
        files = List.copyOf(files);
    }

    long bytes() {
        return files.stream().mapToLong(Action.AddFile::size).sum();
    }
}
