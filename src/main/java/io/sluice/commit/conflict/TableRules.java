package io.sluice.commit.conflict;

import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.table.Column;
import io.sluice.table.Schema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/// Which changes of a table's protocol and metadata leave a commit valid that was computed before them.
///
/// The properties are those that Delta's own conflict checker lets pass, and those that no data file and no log entry
/// of a commit depends on.
// Being the same object is the quick way to be equal; the slow way follows.
@SuppressWarnings("ReferenceEquality")
final class TableRules {

    /// Whatever their values were and become.
    private static final Set<String> HARMLESS_PROPERTIES = Set.of(
            "delta.autoOptimize.autoCompact",
            "delta.autoOptimize.optimizeWrite",
            "delta.checkpointInterval",
            "delta.checkpointPolicy",
            "delta.deletedFileRetentionDuration",
            "delta.enableExpiredLogCleanup",
            "delta.logRetentionDuration",
            "delta.setTransactionRetentionDuration",
            "delta.targetFileSize",
            "delta.tuneFileSizesForRewrites");

    /// Switched on; the attempt need not use deletion vectors, and gets its in-commit timestamp when it is
    /// rebased.
    private static final Map<String, Predicate<String>> ENABLED_FOR_ALL = Map.of(
            "delta.enableDeletionVectors",
            TableRules::isTrue,
            "delta.enableInCommitTimestamps",
            TableRules::isTrue,
            "delta.inCommitTimestampEnablementVersion",
            _ -> true,
            "delta.inCommitTimestampEnablementTimestamp",
            _ -> true);

    /// Switched on; fresh rows get their ids when they are rebased, and mapped names are the plain ones. A change
    /// of rows that were there would have to carry their ids along, so it is computed again.
    private static final Map<String, Predicate<String>> ENABLED_FOR_APPENDS = Map.of(
            "delta.enableRowTracking", TableRules::isTrue,
            "delta.rowTracking.materializedRowIdColumnName", _ -> true,
            "delta.rowTracking.materializedRowCommitVersionColumnName", _ -> true,
            "delta.columnMapping.mode", "name"::equals,
            "delta.columnMapping.maxColumnId", _ -> true);

    private static final String MAPPING_MODE = "delta.columnMapping.mode";
    private static final Set<String> MAPPING_KEYS =
            Set.of("delta.columnMapping.id", "delta.columnMapping.physicalName");
    private static final String IDENTITY_MARK = "delta.identity.highWaterMark";

    /// Features whose demands a commit meets that was computed before the table had them, or that ask nothing as
    /// long as no property and no column uses them.
    private static final Set<String> PASSING_FEATURES = Set.of(
            "appendOnly",
            "changeDataFeed",
            "columnMapping",
            "deletionVectors",
            "domainMetadata",
            "inCommitTimestamp",
            "rowTracking",
            "timestampNtz",
            "v2Checkpoint",
            "vacuumProtocolCheck");

    private TableRules() {}

    /// Features were only added, and only such as a commit computed before need not know.
    static boolean mayPass(Action.Protocol before, Action.Protocol after) {
        if (before.equals(after)) {
            return true;
        }
        Set<String> was = features(before);
        Set<String> is = features(after);
        Set<String> added = new HashSet<>(is);
        added.removeAll(was);
        return is.containsAll(was)
                && before.minReaderVersion() <= after.minReaderVersion()
                && before.minWriterVersion() <= after.minWriterVersion()
                && PASSING_FEATURES.containsAll(added);
    }

    private static Set<String> features(Action.Protocol protocol) {
        Set<String> features = new HashSet<>(Features.writerFeatures(protocol));
        features.addAll(protocol.readerFeatures());
        return features;
    }

    /// Rows that were made for one metadata may be added under the other.
    static boolean mayPassAppend(Action.Metadata before, Action.Metadata after) {
        return before == after
                || sameTable(before, after)
                        && (sameColumns(before.schema(), after.schema(), Set.of(IDENTITY_MARK))
                                || mappingWasEnabled(before, after)
                                        && sameColumns(before.schema(), after.schema(), MAPPING_KEYS))
                        && onlyAllowed(before, after, ENABLED_FOR_APPENDS);
    }

    /// A change that was computed under one metadata may be made under the other.
    static boolean mayPassChange(Action.Metadata before, Action.Metadata after) {
        return before == after
                || sameTable(before, after)
                        && sameColumns(before.schema(), after.schema(), Set.of(IDENTITY_MARK))
                        && onlyAllowed(before, after, Map.of());
    }

    private static boolean sameTable(Action.Metadata before, Action.Metadata after) {
        return before.id().equals(after.id()) && before.partitionColumns().equals(after.partitionColumns());
    }

    /// Whether each property that differs is harmless, or was set to what is allowed for all or in addition.
    private static boolean onlyAllowed(
            Action.Metadata before, Action.Metadata after, Map<String, Predicate<String>> allowed) {
        Map<String, String> was = before.configuration();
        Map<String, String> is = after.configuration();
        if (was.equals(is)) {
            return true;
        }
        Set<String> keys = new HashSet<>(was.keySet());
        keys.addAll(is.keySet());
        keys.removeAll(HARMLESS_PROPERTIES);
        return keys.stream().allMatch(key -> {
            String value = is.get(key);
            Predicate<String> rule = ENABLED_FOR_ALL.getOrDefault(key, allowed.getOrDefault(key, _ -> false));
            return Objects.equals(was.get(key), value) || value != null && rule.test(value);
        });
    }

    private static boolean isTrue(String value) {
        return value.equalsIgnoreCase("true");
    }

    private static boolean mappingWasEnabled(Action.Metadata before, Action.Metadata after) {
        return before.configuration().getOrDefault(MAPPING_MODE, "none").equals("none")
                && "name".equals(after.configuration().get(MAPPING_MODE));
    }

    private static boolean sameColumns(Schema before, Schema after, Set<String> ignoredKeys) {
        return before.equals(after) || without(before, ignoredKeys).equals(without(after, ignoredKeys));
    }

    /// Fields of structs keep their metadata: that is compared as it is.
    private static List<Column> without(Schema schema, Set<String> keys) {
        return schema.columns().stream()
                .map(column -> {
                    Map<String, Object> metadata = new HashMap<>(column.metadata());
                    metadata.keySet().removeAll(keys);
                    return new Column(column.name(), column.type(), column.nullable(), metadata);
                })
                .toList();
    }
}
