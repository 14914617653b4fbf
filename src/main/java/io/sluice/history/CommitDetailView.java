package io.sluice.history;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sluice.delta.Action;
import io.sluice.delta.CommitRecord;
import io.sluice.table.Column;
import io.sluice.table.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A commit with the files that it added and removed.
record CommitDetailView(@JsonUnwrapped CommitView commit, List<FileView> addedFiles, List<FileView> removedFiles) {

    /// @param path as the log has it, relative to the table or absolute
    /// @param sizeBytes null where the log does not tell
    /// @param dataChange false where a file only takes the place of others with the same rows
    /// @param deletedRows that a deletion vector hides
    record FileView(
            String path,
            @Nullable Long sizeBytes,
            Map<String, @Nullable String> partitionValues,
            boolean dataChange,
            long deletedRows) {}

    /// @param schema tells the logical names of partition columns
    static CommitDetailView of(CommitRecord commit, Schema schema) {
        Map<String, String> logical = schema.columns().stream()
                .collect(Collectors.toMap(Column::physicalName, Column::name, (one, _) -> one));
        return new CommitDetailView(
                CommitView.of(commit),
                commit.added().stream().map(add -> added(add, logical)).toList(),
                commit.removed().stream()
                        .map(remove -> removed(remove, logical))
                        .toList());
    }

    /// The same for a caller whose grant is for parts of the table: files tell of all rows, and their names of
    /// partition values.
    CommitDetailView outline() {
        return new CommitDetailView(commit.outline(), List.of(), List.of());
    }

    private static FileView added(Action.AddFile add, Map<String, String> logical) {
        return new FileView(
                add.path(),
                add.size(),
                named(add.partitionValues(), logical),
                add.dataChange(),
                add.deletionVector().map(Action.DeletionVector::cardinality).orElse(0L));
    }

    private static FileView removed(Action.RemoveFile remove, Map<String, String> logical) {
        return new FileView(
                remove.path(),
                CommitView.orNull(remove.size()),
                named(remove.partitionValues(), logical),
                remove.dataChange(),
                remove.deletionVector().map(Action.DeletionVector::cardinality).orElse(0L));
    }

    private static Map<String, @Nullable String> named(
            Map<String, @Nullable String> values, Map<String, String> logical) {
        Map<String, @Nullable String> named = new LinkedHashMap<>();
        values.forEach((column, value) -> named.put(logical.getOrDefault(column, column), value));
        return named;
    }
}
