package io.sluice.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.delta.Action;
import io.sluice.delta.Clustering;
import io.sluice.delta.SnapshotTotals;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import io.sluice.table.TypeText;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A table at one version, as `GET /v1/tables/{table}` shows it.
///
/// @param timestamp of the version's commit
/// @param createdAt where the log tells it
/// @param properties all but the constraints
@JsonInclude(JsonInclude.Include.ALWAYS)
record TableView(
        String name,
        String id,
        long version,
        Instant timestamp,
        @Nullable Instant createdAt,
        List<ColumnView> columns,
        List<String> partitionBy,
        List<String> clusterBy,
        Map<String, String> constraints,
        Map<String, String> properties,
        @Nullable String comment,
        ProtocolView protocol,
        StatisticsView statistics) {

    private static final String CONSTRAINT = "delta.constraints.";

    /// @param type Delta's name of it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ColumnView(
            String name,
            String type,
            boolean nullable,
            @Nullable String comment,
            @JsonProperty("default") @Nullable String defaultValue,
            @Nullable String generatedAs,
            @Nullable IdentityView identity) {

        private static final String DEFAULT = "CURRENT_DEFAULT";
        private static final String GENERATED_AS = "delta.generationExpression";

        /// @param isHidden whether a text is not for the caller
        static ColumnView of(Column column, Predicate<String> isHidden) {
            return new ColumnView(
                    column.name(),
                    TypeText.write(column.type()),
                    column.nullable(),
                    column.comment().orElse(null),
                    text(column, DEFAULT),
                    shown(text(column, GENERATED_AS), isHidden),
                    IdentityView.of(column));
        }

        private static @Nullable String shown(@Nullable String text, Predicate<String> isHidden) {
            return text == null || isHidden.test(text) ? null : text;
        }

        private static @Nullable String text(Column column, String key) {
            return column.metadata().get(key) instanceof String text ? text : null;
        }
    }

    /// Delta protocol, "Identity Columns".
    ///
    /// @param always whether the table assigns every value
    record IdentityView(boolean always, long start, long step) {

        static @Nullable IdentityView of(Column column) {
            Map<String, Object> metadata = column.metadata();
            return metadata.get("delta.identity.start") instanceof Number start
                            && metadata.get("delta.identity.step") instanceof Number step
                    ? new IdentityView(
                            !Boolean.TRUE.equals(metadata.get("delta.identity.allowExplicitInsert")),
                            start.longValue(),
                            step.longValue())
                    : null;
        }
    }

    record ProtocolView(
            int minReaderVersion, int minWriterVersion, List<String> readerFeatures, List<String> writerFeatures) {}

    /// Files and bytes are those of the whole table, whatever rows the caller may read.
    ///
    /// @param rows that a read returns; null where a file's statistics do not tell, or the caller may read
    ///     some only
    /// @param partitions that have files; 0 for a table that is not partitioned
    /// @param deletedRows rows in files that deletion vectors hide; 0 where the caller may read some only
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record StatisticsView(@Nullable Long rows, int files, long sizeBytes, int partitions, long deletedRows) {

        static StatisticsView of(SnapshotTotals totals, Restriction within) {
            boolean allRows = within.rows().isEmpty();
            return new StatisticsView(
                    allRows && totals.rows().isPresent() ? totals.rows().getAsLong() : null,
                    totals.files(),
                    totals.sizeBytes(),
                    totals.partitions(),
                    allRows ? totals.deletedRows() : 0);
        }
    }

    /// @param within what the caller may read; texts that name other columns are left out, and figures of other
    ///     rows
    static TableView of(TableName name, TableSnapshot snapshot, Restriction within) {
        Action.Metadata metadata = snapshot.metadata();
        Action.Protocol protocol = snapshot.protocol();
        Map<String, String> constraints = new TreeMap<>();
        Map<String, String> properties = new TreeMap<>();
        metadata.configuration().forEach((key, value) -> {
            if (within.names(snapshot.schema(), value)) {
                return;
            }
            if (key.startsWith(CONSTRAINT)) {
                constraints.put(key.substring(CONSTRAINT.length()), value);
            } else {
                properties.put(key, value);
            }
        });
        Optional<Instant> created = metadata.createdTime().isPresent()
                ? Optional.of(Instant.ofEpochMilli(metadata.createdTime().getAsLong()))
                : Optional.empty();
        return new TableView(
                name.toString(),
                metadata.id(),
                snapshot.version(),
                snapshot.timestamp(),
                created.orElse(null),
                within.visible(snapshot.schema()).columns().stream()
                        .map(column -> ColumnView.of(column, text -> within.names(snapshot.schema(), text)))
                        .toList(),
                metadata.partitionColumns().stream().filter(within::shows).toList(),
                Clustering.names(snapshot).stream().filter(within::shows).toList(),
                constraints,
                properties,
                metadata.description().orElse(null),
                new ProtocolView(
                        protocol.minReaderVersion(),
                        protocol.minWriterVersion(),
                        protocol.readerFeatures(),
                        protocol.writerFeatures()),
                StatisticsView.of(SnapshotTotals.of(snapshot), within));
    }
}
