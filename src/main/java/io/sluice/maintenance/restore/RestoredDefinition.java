package io.sluice.maintenance.restore;

import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The definition of an earlier version on top of a table: columns and properties as they were, and what must never go
/// back as it is.
final class RestoredDefinition {

    private static final String ROW_TRACKING = "delta.rowTracking";
    private static final String HIGH_WATER_MARK = "delta.identity.highWaterMark";
    private static final String MAX_COLUMN_ID = "delta.columnMapping.maxColumnId";
    /// When a version was committed is told by these, for the versions in between too.
    private static final List<String> COMMIT_TIMES = List.of(
            "delta.enableInCommitTimestamps",
            "delta.inCommitTimestampEnablementVersion",
            "delta.inCommitTimestampEnablementTimestamp");

    private RestoredDefinition() {}

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` when the earlier version needs a
    ///     feature that the table has given up
    static void requirePossible(TableSnapshot current, TableSnapshot wanted) {
        Features.requireAppendable(current);
        List<String> given = new ArrayList<>(Features.writerFeatures(wanted.protocol()));
        given.removeAll(Features.writerFeatures(current.protocol()));
        if (!given.isEmpty()) {
            throw new Failure.UnsupportedTableFeature(
                            given, "version " + wanted.version() + " uses them, and the table has given them up since")
                    .asException();
        }
        if (current.columnMappingMode() != wanted.columnMappingMode()) {
            throw new Failure.UnsupportedTableFeature(
                            List.of("columnMapping"),
                            "the table maps its columns in another way than at version " + wanted.version()
                                    + ", which cannot be taken back")
                    .asException();
        }
    }

    /// Nothing where the definition is the same.
    static List<Action> actions(TableSnapshot current, TableSnapshot wanted) {
        List<Action> actions = new ArrayList<>();
        Action.Metadata metadata = metadata(current.metadata(), wanted.metadata());
        if (!metadata.equals(current.metadata())) {
            actions.add(metadata);
        }
        wanted.domainMetadata().forEach((domain, text) -> {
            if (!domain.equals(ROW_TRACKING)
                    && !text.equals(current.domainMetadata().get(domain))) {
                actions.add(new Action.DomainMetadata(domain, text, false));
            }
        });
        current.domainMetadata().forEach((domain, text) -> {
            if (!domain.equals(ROW_TRACKING) && !wanted.domainMetadata().containsKey(domain)) {
                actions.add(new Action.DomainMetadata(domain, text, true));
            }
        });
        return actions;
    }

    private static Action.Metadata metadata(Action.Metadata current, Action.Metadata wanted) {
        Map<String, String> properties = new LinkedHashMap<>(wanted.configuration());
        for (String key : COMMIT_TIMES) {
            properties.remove(key);
            String now = current.configuration().get(key);
            if (now != null) {
                properties.put(key, now);
            }
        }
        String newest = current.configuration().get(MAX_COLUMN_ID);
        if (newest != null) {
            properties.put(MAX_COLUMN_ID, newest);
        }
        return new Action.Metadata(
                current.id(),
                wanted.name(),
                wanted.description(),
                new Schema(wanted.schema().columns().stream()
                        .map(column -> column(column, current.schema()))
                        .toList()),
                wanted.partitionColumns(),
                properties,
                current.createdTime());
    }

    /// An identity column goes on where it was, so that no value comes twice.
    private static Column column(Column wanted, Schema current) {
        Optional<Object> mark = current.columns().stream()
                .filter(column -> column.physicalName().equals(wanted.physicalName()))
                .findFirst()
                .map(column -> column.metadata().get(HIGH_WATER_MARK));
        if (mark.isEmpty()) {
            return wanted;
        }
        Map<String, Object> metadata = new LinkedHashMap<>(wanted.metadata());
        metadata.put(HIGH_WATER_MARK, mark.get());
        return new Column(wanted.name(), wanted.type(), wanted.nullable(), metadata);
    }
}
