package io.sluice.table;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// A column of a table or a field of a struct.
///
/// @param name the logical name
/// @param metadata the field's metadata as JSON values (String, Long, Double, Boolean, List, Map), in the order of the
///     log
public record Column(String name, DataType type, boolean nullable, Map<String, Object> metadata) {

    private static final String PHYSICAL_NAME = "delta.columnMapping.physicalName";
    private static final String FIELD_ID = "delta.columnMapping.id";
    private static final String COMMENT = "comment";

    public Column {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    public Column(String name, DataType type) {
        this(name, type, true, Map.of());
    }

    /// The name in data files, partition values and statistics (Delta protocol, "Column Mapping"); the logical one
    /// without mapping.
    public String physicalName() {
        return metadata.get(PHYSICAL_NAME) instanceof String physical ? physical : name;
    }

    /// The Parquet field id that column mapping assigned.
    public OptionalInt fieldId() {
        return metadata.get(FIELD_ID) instanceof Number id ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
    }

    public Optional<String> comment() {
        return metadata.get(COMMENT) instanceof String comment ? Optional.of(comment) : Optional.empty();
    }
}
