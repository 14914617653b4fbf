package io.sluice.delta;

import io.sluice.delta.create.ColumnIds;
import io.sluice.delta.create.FeatureSet;
import io.sluice.delta.create.TableProperties;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/// What the protocol asks for when the definition of a table that is there changes: features, ids of columns, names
/// that properties imply.
public final class TableUpgrade {

    private static final String CLUSTERING_DOMAIN = "delta.clustering";

    private final Supplier<UUID> ids;

    /// @param ids of columns
    public TableUpgrade(Supplier<UUID> ids) {
        this.ids = ids;
    }

    /// A schema with column mapping.
    ///
    /// @param maxId the highest id that was ever given
    public record Mapped(Schema schema, int maxId) {}

    /// Properties that a request sets.
    ///
    /// @param configuration by the names that Delta has for them
    /// @param features that are named by `delta.feature.<name>`
    public record Properties(Map<String, String> configuration, Set<String> features) {}

    /// @throws io.sluice.table.FailureException `invalid-schema` for a property that is not known or a value that
    ///     it may not have, `unsupported-table-feature`
    public static Properties properties(Map<String, String> given) {
        TableProperties properties = TableProperties.of(given, Map.of());
        return new Properties(properties.configuration(), properties.features());
    }

    /// The protocol that the definition needs: the current one where that is enough.
    ///
    /// @param more features beyond those that schema and configuration ask for
    public static Action.Protocol protocol(
            Action.Protocol current, Schema schema, Map<String, String> configuration, Set<String> more) {
        FeatureSet features = FeatureSet.of(schema, new TableProperties(configuration, more));
        return features.upgraded(current, Features.writerFeatures(current));
    }

    /// Column mapping for a table that had none: the names in its data files become the physical ones.
    public static Mapped map(Schema schema) {
        ColumnIds mapped = ColumnIds.adopt(schema);
        return new Mapped(mapped.schema(), mapped.maxId());
    }

    /// Ids and physical names for the columns that have none.
    ///
    /// @param maxId the highest id that was ever given
    public Mapped complete(Schema schema, int maxId) {
        ColumnIds mapped = ColumnIds.complete(schema, maxId, ids);
        return new Mapped(mapped.schema(), mapped.maxId());
    }

    /// The properties that name the columns in which rewritten rows keep their ids (Delta protocol, "Row
    /// Tracking").
    public Map<String, String> rowTrackingColumns() {
        return Map.of(
                "delta.rowTracking.materializedRowIdColumnName", "_row-id-col-" + ids.get(),
                "delta.rowTracking.materializedRowCommitVersionColumnName", "_row-commit-version-col-" + ids.get());
    }

    /// Clustering columns by physical names (Delta protocol, "Clustered Table").
    ///
    /// @param clusterBy paths of logical names
    public static Action.DomainMetadata clustering(Schema schema, List<List<String>> clusterBy) {
        List<List<String>> physical =
                clusterBy.stream().map(path -> physical(schema, path)).toList();
        Map<String, Object> configuration = new LinkedHashMap<>();
        configuration.put("clusteringColumns", physical);
        configuration.put("domainName", CLUSTERING_DOMAIN);
        return new Action.DomainMetadata(CLUSTERING_DOMAIN, JsonValues.write(configuration), false);
    }

    private static List<String> physical(Schema schema, List<String> path) {
        List<String> names = new ArrayList<>();
        List<Column> columns = schema.columns();
        for (String name : path) {
            Column column = columns.stream()
                    .filter(each -> each.name().equalsIgnoreCase(name))
                    .findFirst()
                    .orElseThrow(() -> new Failure.InvalidSchema(
                                    "clusterBy names " + String.join(".", path) + ", which is no column of the table")
                            .asException());
            names.add(column.physicalName());
            columns = column.type() instanceof DataType.Struct struct ? struct.fields() : List.of();
        }
        return names;
    }
}
