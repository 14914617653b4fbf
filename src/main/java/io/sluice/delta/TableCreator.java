package io.sluice.delta;

import io.sluice.delta.create.ColumnIds;
import io.sluice.delta.create.FeatureSet;
import io.sluice.delta.create.TableProperties;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import io.sluice.table.SoftDeleteColumn;
import io.sluice.table.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;

/// Makes the first log entry of a table: provenance, protocol, metadata, clustering.
///
/// The protocol names exactly the features that the schema and the properties ask for. Unless told otherwise a new
/// table has deletion vectors enabled and nothing else that Spark 3.5 or delta-rs would not write.
public final class TableCreator {

    private static final String DELETION_VECTORS = "delta.enableDeletionVectors";

    /// Who creates the table, and when.
    ///
    /// @param engineInfo `Sluice/<version>`
    /// @param txnId by which the commit is recognised
    /// @param user the caller
    public record Author(String engineInfo, Instant now, String txnId, Optional<User> user) {}

    private final Supplier<UUID> ids;

    /// @param ids of tables, columns
    public TableCreator(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /// The actions of version 0, `commitInfo` first.
    ///
    /// @throws io.sluice.table.FailureException `invalid-schema` for a property that is not known or a value it
    ///     may not have; `unsupported-table-feature` for one that asks for what the files that are there do not
    ///     have
    public List<Action> create(TableSpec spec, Author author) {
        // Whoever read the files before should still read the table.
        Map<String, String> defaults = spec.files().isEmpty() ? Map.of(DELETION_VECTORS, "true") : Map.of();
        TableProperties properties = TableProperties.of(spec.properties(), defaults);
        Map<String, String> configuration = new LinkedHashMap<>(properties.configuration());
        Schema schema = spec.schema();
        SoftDeleteColumn.fault(schema, configuration).ifPresent(fault -> {
            throw new Failure.InvalidSchema(fault).asException();
        });
        if (!spec.files().isEmpty()) {
            requirePlainFiles(properties);
        }
        if (properties.hasColumnMapping()) {
            ColumnIds mapped = ColumnIds.assign(schema, ids);
            schema = mapped.schema();
            configuration.put("delta.columnMapping.maxColumnId", Integer.toString(mapped.maxId()));
        } else {
            schema = ColumnIds.strip(schema);
        }
        if (properties.isTrue("delta.enableRowTracking")) {
            configuration.putAll(new TableUpgrade(ids).rowTrackingColumns());
        }
        FeatureSet features = FeatureSet.of(schema, properties);
        if (!spec.clusterBy().isEmpty()) {
            features.add("clustering");
            features.add("domainMetadata");
        }
        List<String> partitionColumns = spec.partitionBy().stream()
                .map(name -> spec.schema().find(name).map(Column::name).orElse(name))
                .toList();
        List<Action> actions = new ArrayList<>();
        actions.add(commitInfo(spec, author, properties));
        actions.add(features.protocol());
        actions.add(new Action.Metadata(
                ids.get().toString(),
                Optional.empty(),
                spec.comment(),
                schema,
                partitionColumns,
                configuration,
                OptionalLong.of(author.now().toEpochMilli())));
        if (!spec.clusterBy().isEmpty()) {
            actions.add(TableUpgrade.clustering(schema, spec.clusterBy()));
        }
        actions.addAll(spec.files());
        return List.copyOf(actions);
    }

    private static void requirePlainFiles(TableProperties properties) {
        if (properties.hasColumnMapping()) {
            throw new Failure.UnsupportedTableFeature(
                            List.of("columnMapping"), "the files have the names of the columns; map them afterwards")
                    .asException();
        }
        if (properties.isTrue("delta.enableRowTracking")) {
            throw new Failure.UnsupportedTableFeature(List.of("rowTracking"), "the rows of the files have no ids")
                    .asException();
        }
    }

    private static Action.CommitInfo commitInfo(TableSpec spec, Author author, TableProperties properties) {
        boolean converts = !spec.files().isEmpty();
        String numFiles = Integer.toString(spec.files().size());
        Map<String, Object> fields = new LinkedHashMap<>();
        if (properties.isTrue(CommitTime.ENABLED)) {
            fields.put("inCommitTimestamp", author.now().toEpochMilli());
        }
        fields.put("timestamp", author.now().toEpochMilli());
        author.user().ifPresent(user -> {
            fields.put("userId", user.id());
            fields.put("userName", user.name());
        });
        fields.put("operation", converts ? "CONVERT" : "CREATE TABLE");
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (converts) {
            parameters.put("numFiles", numFiles);
            parameters.put("partitionedBy", JsonValues.write(spec.partitionBy()));
            parameters.put("collectStats", "true");
            parameters.put("sourceFormat", "parquet");
        } else {
            parameters.put("isManaged", "true");
        }
        spec.comment().ifPresent(comment -> parameters.put("description", comment));
        parameters.put("partitionBy", JsonValues.write(spec.partitionBy()));
        parameters.put(
                "clusterBy",
                JsonValues.write(
                        spec.clusterBy().stream().map(FileStatistics::key).toList()));
        parameters.put("properties", JsonValues.write(properties.configuration()));
        fields.put("operationParameters", parameters);
        fields.put("isolationLevel", "Serializable");
        fields.put("isBlindAppend", true);
        fields.put("operationMetrics", converts ? Map.of("numConvertedFiles", numFiles) : Map.of());
        fields.put("engineInfo", author.engineInfo());
        fields.put("txnId", author.txnId());
        return new Action.CommitInfo(fields);
    }
}
