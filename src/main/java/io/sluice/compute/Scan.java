package io.sluice.compute;

import io.sluice.table.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Parquet files that read as one table of this schema.
///
/// @param schema logical columns in table order, with the physical names and field ids of column mapping in their
///     metadata
/// @param partitionColumns logical names; their values come from [File#partitionValues()], not from the files
/// @param binding how columns are found in the files
public record Scan(Schema schema, List<String> partitionColumns, Binding binding, List<File> files) {

    public enum Binding {
        PHYSICAL_NAME,
        FIELD_ID
    }

    /// @param path a local copy
    /// @param partitionValues by physical name, in the protocol's text form; null for a null value
    /// @param deletedRows sorted row indexes (from 0 in the file) that a deletion vector removes
    public record File(Path path, Map<String, @Nullable String> partitionValues, Optional<long[]> deletedRows) {}
}
