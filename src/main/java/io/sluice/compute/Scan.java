package io.sluice.compute;

import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parquet files that read as one table of this schema.
///
/// @param schema logical columns in table order, with the physical names and field ids of column mapping in their
///     metadata
/// @param partitionColumns logical names; their values come from [File#partitionValues()], not from the files
/// @param binding how columns are found in the files
/// @param ordering in which the rows of an answer without `orderBy` come, if their order is told
/// @param typesInFiles by logical name, the types as which columns are taken from the files where those of the schema
///     would not do; with physical names
public record Scan(
        Schema schema,
        List<String> partitionColumns,
        Binding binding,
        List<File> files,
        Ordering ordering,
        Map<String, DataType> typesInFiles) {

    public Scan(Schema schema, List<String> partitionColumns, Binding binding, List<File> files) {
        this(schema, partitionColumns, binding, files, Ordering.WHOLE_FILES_FIRST);
    }

    public Scan(Schema schema, List<String> partitionColumns, Binding binding, List<File> files, Ordering ordering) {
        this(schema, partitionColumns, binding, files, ordering, Map.of());
    }

    public Scan withTypesInFiles(Map<String, DataType> types) {
        return new Scan(schema, partitionColumns, binding, files, ordering, types);
    }

    public enum Binding {
        PHYSICAL_NAME,
        FIELD_ID
    }

    public enum Ordering {
        /// Files with deleted rows stand after the others: reads fast, and the order of files says nothing.
        WHOLE_FILES_FIRST,
        /// Rows come in the order in which the files are given.
        AS_GIVEN
    }

    /// @param path a local copy
    /// @param name what a problem calls the file
    /// @param partitionValues by physical name, in the protocol's text form; null for a null value
    /// @param deletedRows sorted row indexes (from 0 in the file) that a deletion vector removes
    /// @param onlyRows sorted row indexes of the only rows that are read; a file has these or deleted rows
    /// @param ownColumns partition columns whose values stand in the file; such a file is always bound by name
    public record File(
            Path path,
            String name,
            Map<String, @Nullable String> partitionValues,
            Optional<long[]> deletedRows,
            Optional<long[]> onlyRows,
            Set<String> ownColumns) {

        /// A file that is called as its copy is.
        public File(Path path, Map<String, @Nullable String> partitionValues, Optional<long[]> deletedRows) {
            this(path, path.getFileName().toString(), partitionValues, deletedRows, Optional.empty(), Set.of());
        }

        /// The same file with all its rows.
        File whole() {
            return new File(path, name, partitionValues, Optional.empty(), Optional.empty(), ownColumns);
        }

        /// The rows that a vector names, for whatever it means.
        public Optional<long[]> listedRows() {
            return onlyRows.isPresent() ? onlyRows : deletedRows;
        }
    }
}
