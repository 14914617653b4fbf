package io.sluice.compute;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A finished data file that is not yet on storage.
///
/// @param staged where it lies locally
/// @param partitionValues by physical name, in the protocol's text form; null for a null value
/// @param statsJson the `stats` of its `add` action (Delta protocol, "Per-file Statistics")
public record WrittenFile(
        Path staged, Map<String, @Nullable String> partitionValues, long sizeBytes, long rows, String statsJson) {}
