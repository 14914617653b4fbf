package io.sluice.catalog.definition;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A column that a request describes.
///
/// @param type Delta's name of it, or Delta's JSON
/// @param nullable true when it is not said
/// @param defaultValue SQL text
/// @param generatedAs SQL text
/// @param identity `{always, start, step}`
public record NewColumn(
        @Nullable String name,
        @Nullable JsonNode type,
        @Nullable Boolean nullable,
        @Nullable String comment,
        @JsonProperty("default") @Nullable String defaultValue,
        @Nullable String generatedAs,
        @Nullable JsonNode identity) {}
