package io.sluice.delta;

import io.sluice.table.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// One action of a log entry (Delta protocol, "Actions").
public sealed interface Action {

    /// @param path as the log has it: relative to the table or an absolute URI, percent-encoded
    /// @param partitionValues by physical column name, in the protocol's text form; null for a null value
    /// @param stats the statistics' JSON text, as the log has it
    record AddFile(
            String path,
            Map<String, @Nullable String> partitionValues,
            long size,
            long modificationTime,
            boolean dataChange,
            Optional<String> stats,
            Map<String, String> tags,
            Optional<DeletionVector> deletionVector,
            OptionalLong baseRowId,
            OptionalLong defaultRowCommitVersion,
            Optional<String> clusteringProvider)
            implements Action {

        /// The same file added again, with something new in the log about it and no new rows.
        public AddFile withoutDataChange() {
            return new AddFile(
                    path,
                    partitionValues,
                    size,
                    modificationTime,
                    false,
                    stats,
                    tags,
                    deletionVector,
                    baseRowId,
                    defaultRowCommitVersion,
                    clusteringProvider);
        }

        /// The same file added again with other statistics.
        ///
        /// @param text of the whole file, rows that a deletion vector removes included
        public AddFile withStatistics(String text) {
            return new AddFile(
                    path,
                    partitionValues,
                    size,
                    modificationTime,
                    false,
                    Optional.of(text),
                    tags,
                    deletionVector,
                    baseRowId,
                    defaultRowCommitVersion,
                    clusteringProvider);
        }

        /// The same file with all its rows.
        public AddFile withoutVector() {
            return new AddFile(
                    path,
                    partitionValues,
                    size,
                    modificationTime,
                    dataChange,
                    stats,
                    tags,
                    Optional.empty(),
                    baseRowId,
                    defaultRowCommitVersion,
                    clusteringProvider);
        }

        /// The same file as one that a clustering made (Delta protocol, "Clustered Table").
        ///
        /// @param provider its name
        /// @param more tags beside those that the file has
        public AddFile clustered(String provider, Map<String, String> more) {
            Map<String, String> all = new LinkedHashMap<>(tags);
            all.putAll(more);
            return new AddFile(
                    path,
                    partitionValues,
                    size,
                    modificationTime,
                    dataChange,
                    stats,
                    all,
                    deletionVector,
                    baseRowId,
                    defaultRowCommitVersion,
                    Optional.of(provider));
        }
    }

    record RemoveFile(
            String path,
            OptionalLong deletionTimestamp,
            boolean dataChange,
            Map<String, @Nullable String> partitionValues,
            OptionalLong size,
            Optional<DeletionVector> deletionVector,
            OptionalLong numRecords,
            OptionalLong baseRowId,
            OptionalLong defaultRowCommitVersion)
            implements Action {

        /// The removal of a live file with all that the log knows of it.
        ///
        /// @param deletionTimestamp in milliseconds
        /// @param dataChange whether rows go with it, or were only written elsewhere
        public static RemoveFile of(AddFile file, long deletionTimestamp, boolean dataChange) {
            return new RemoveFile(
                    file.path(),
                    OptionalLong.of(deletionTimestamp),
                    dataChange,
                    file.partitionValues(),
                    OptionalLong.of(file.size()),
                    file.deletionVector(),
                    file.stats().map(StatisticsJson::numRecords).orElse(OptionalLong.empty()),
                    file.baseRowId(),
                    file.defaultRowCommitVersion());
        }
    }

    record AddCdcFile(String path, Map<String, @Nullable String> partitionValues, long size) implements Action {}

    /// @param storageType `u`, `i` or `p`
    record DeletionVector(
            String storageType, String pathOrInlineDv, OptionalLong offset, int sizeInBytes, long cardinality) {}

    record Metadata(
            String id,
            Optional<String> name,
            Optional<String> description,
            Schema schema,
            List<String> partitionColumns,
            Map<String, String> configuration,
            OptionalLong createdTime)
            implements Action {}

    record Protocol(
            int minReaderVersion, int minWriterVersion, List<String> readerFeatures, List<String> writerFeatures)
            implements Action {}

    record SetTransaction(String appId, long version, OptionalLong lastUpdated) implements Action {}

    record DomainMetadata(String domain, String configuration, boolean removed) implements Action {}

    /// @param fields all members as JSON values (String, Long, Double, Boolean, List, Map), in the order of the
    ///     log
    record CommitInfo(Map<String, Object> fields) implements Action {

        /// The id by which a writer recognises its own commit.
        public Optional<String> txnId() {
            return fields.get("txnId") instanceof String id ? Optional.of(id) : Optional.empty();
        }

        /// `inCommitTimestamp` in milliseconds, where the table has in-commit timestamps.
        public OptionalLong inCommitTimestamp() {
            return fields.get("inCommitTimestamp") instanceof Number millis
                    ? OptionalLong.of(millis.longValue())
                    : OptionalLong.empty();
        }
    }

    /// An action that this reader keeps as it is: `checkpointMetadata`, `sidecar`, or one that it does not know.
    record Other(String kind) implements Action {}
}
