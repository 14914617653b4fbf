package io.sluice.delta;

import io.sluice.table.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A table to be created. Whether its names and types may be, the caller has checked.
///
/// @param partitionBy names of top-level columns
/// @param clusterBy names of columns, `a` or as a path `s.x`; not together with `partitionBy`
/// @param properties table properties as the client gave them, `delta.*` ones must be known; and CHECK constraints as
///     `delta.constraints.<name>`
/// @param comment of the table
/// @param files that lie at its location already, in its columns: then it is converted and not created
public record TableSpec(
        Schema schema,
        List<String> partitionBy,
        List<List<String>> clusterBy,
        Map<String, String> properties,
        Optional<String> comment,
        List<Action.AddFile> files) {

    public TableSpec {
        files = List.copyOf(files);
        partitionBy = List.copyOf(partitionBy);
        clusterBy = List.copyOf(clusterBy);
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /// A table without rows.
    public TableSpec(
            Schema schema,
            List<String> partitionBy,
            List<List<String>> clusterBy,
            Map<String, String> properties,
            Optional<String> comment) {
        this(schema, partitionBy, clusterBy, properties, comment, List.of());
    }
}
