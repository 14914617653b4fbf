package io.sluice.catalog.definition;

import io.sluice.commit.Preparation.Operation;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableUpgrade;
import io.sluice.table.JsonValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Changes of a table's properties, with what they imply for the rest of its definition.
final class PropertyChanges {

    private static final String MODE = "delta.columnMapping.mode";
    private static final String ROW_TRACKING = "delta.enableRowTracking";
    private static final String ROW_ID_COLUMN = "delta.rowTracking.materializedRowIdColumnName";
    private static final String IN_COMMIT_TIMESTAMPS = "delta.enableInCommitTimestamps";
    private static final Set<String> ENABLEMENT =
            Set.of("delta.inCommitTimestampEnablementVersion", "delta.inCommitTimestampEnablementTimestamp");

    /// What only other changes, or nobody, may set.
    private static final List<String> KEPT =
            List.of("delta.constraints.", "delta.columnMapping.maxColumnId", "delta.rowTracking.");

    private final TableDraft draft;

    PropertyChanges(TableDraft draft) {
        this.draft = draft;
    }

    Operation set(Map<String, @Nullable String> given) {
        var texts = new LinkedHashMap<String, String>();
        given.forEach((key, value) -> {
            requireFree(key);
            if (value == null) {
                throw SchemaEdit.invalid("the property " + key + " has no value; unset-properties removes one");
            }
            texts.put(key, value);
        });
        TableUpgrade.Properties properties = TableUpgrade.properties(texts);
        properties.features().forEach(draft::feature);
        Map<String, String> configuration = draft.configuration();
        String mode = configuration.getOrDefault(MODE, "none");
        properties.configuration().forEach((key, value) -> {
            if (key.equals(MODE)) {
                changeMode(mode, value);
            }
            configuration.put(key, value);
        });
        if (isTrue(ROW_TRACKING) && !configuration.containsKey(ROW_ID_COLUMN)) {
            configuration.putAll(draft.rowTrackingColumns());
        }
        return new Operation("SET TBLPROPERTIES", Map.of("properties", JsonValues.write(texts)), Map.of());
    }

    private void changeMode(String from, String to) {
        if (from.equals(to)) {
            return;
        }
        if (!from.equals("none") || !to.equals("name")) {
            throw SchemaEdit.invalid("the property " + MODE + " cannot be changed from " + from + " to " + to
                    + ", only from none to name");
        }
        draft.map();
    }

    private static void requireFree(String key) {
        String folded = key.toLowerCase(Locale.ROOT);
        for (String kept : KEPT) {
            if (folded.startsWith(kept.toLowerCase(Locale.ROOT))) {
                throw SchemaEdit.invalid("the property " + key + " is not set or unset as a property");
            }
        }
    }

    private boolean isTrue(String property) {
        return "true".equalsIgnoreCase(draft.configuration().get(property));
    }

    Operation unset(List<String> keys) {
        for (String key : keys) {
            requireFree(key);
            if (key.equalsIgnoreCase(MODE) && draft.isMapped()) {
                throw SchemaEdit.invalid("column mapping cannot be taken from a table");
            }
            draft.configuration().keySet().removeIf(key::equalsIgnoreCase);
            if (key.equalsIgnoreCase(IN_COMMIT_TIMESTAMPS)) {
                draft.configuration().keySet().removeAll(ENABLEMENT);
            }
        }
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("properties", JsonValues.write(keys));
        told.put("ifExists", true);
        return new Operation("UNSET TBLPROPERTIES", told, Map.of());
    }

    /// A feature in the protocol, used by nothing yet.
    Operation feature(String feature) {
        TableUpgrade.properties(Map.of("delta.feature." + feature, "supported"))
                .features()
                .forEach(draft::feature);
        Action.Protocol protocol = TableUpgrade.protocol(
                draft.snapshot().protocol(), draft.schema(), draft.configuration(), Set.of(feature));
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("minReaderVersion", (long) protocol.minReaderVersion());
        told.put("minWriterVersion", (long) protocol.minWriterVersion());
        told.put("readerFeatures", protocol.readerFeatures());
        told.put("writerFeatures", protocol.writerFeatures());
        return new Operation("UPGRADE PROTOCOL", Map.of("newProtocol", JsonValues.write(told)), Map.of());
    }

    /// Files that get row ids, where row tracking begins on a table that has some (Delta protocol, "Row
    /// Tracking"): they are added again, and the commit gives the ids out.
    static List<Action> backfill(TableDraft draft) {
        boolean begins = "true".equalsIgnoreCase(draft.configuration().get(ROW_TRACKING))
                && !"true"
                        .equalsIgnoreCase(
                                draft.snapshot().metadata().configuration().get(ROW_TRACKING));
        if (!begins) {
            return List.of();
        }
        return draft.snapshot().files().stream()
                .filter(file -> file.add().baseRowId().isEmpty())
                .map(PropertyChanges::again)
                .toList();
    }

    private static Action again(DataFile file) {
        if (file.statistics().numRecords().isEmpty()) {
            throw SchemaEdit.invalid("row tracking cannot begin: a data file does not tell how many rows it has");
        }
        return file.add().withoutDataChange();
    }
}
