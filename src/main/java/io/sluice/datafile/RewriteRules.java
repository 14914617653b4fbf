package io.sluice.datafile;

import io.sluice.compute.RowRules;
import io.sluice.compute.WorkTime;
import io.sluice.compute.change.Making;
import io.sluice.compute.change.RowRule;
import io.sluice.delta.Features;
import io.sluice.delta.IdentityColumn;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a table wants its rows changed, from its properties and features.
final class RewriteRules {

    private RewriteRules() {}

    static Making making(
            TableSnapshot snapshot, Path directory, List<RowRule> rules, RowRules tableRules, WorkTime time) {
        boolean vectors = isOn(snapshot, "deletionVectors", "delta.enableDeletionVectors");
        boolean feed = isOn(snapshot, "changeDataFeed", "delta.enableChangeDataFeed");
        return new Making(
                TableLayout.of(snapshot),
                directory,
                vectors ? Making.Files.KEPT : Making.Files.COPIED,
                feed ? Making.ChangeFeed.WRITTEN : Making.ChangeFeed.NONE,
                rowIds(snapshot),
                rules,
                tableRules,
                nextValues(snapshot),
                time);
    }

    private static List<Making.NextValues> nextValues(TableSnapshot snapshot) {
        return IdentityColumn.of(snapshot.schema()).stream()
                .map(column -> new Making.NextValues(column.index(), column.name(), column.value(0), column.step()))
                .toList();
    }

    private static boolean isOn(TableSnapshot snapshot, String feature, String property) {
        return Features.writerFeatures(snapshot.protocol()).contains(feature)
                && "true".equalsIgnoreCase(snapshot.metadata().configuration().get(property));
    }

    /// Rows keep their ids where the table tracks them (Delta protocol, "Row Tracking").
    private static Optional<Making.RowIdColumns> rowIds(TableSnapshot snapshot) {
        if (!isOn(snapshot, "rowTracking", "delta.enableRowTracking")) {
            return Optional.empty();
        }
        Map<String, String> properties = snapshot.metadata().configuration();
        String id = properties.get("delta.rowTracking.materializedRowIdColumnName");
        String version = properties.get("delta.rowTracking.materializedRowCommitVersionColumnName");
        if (id == null || version == null) {
            throw new Failure.TableCorrupt("row tracking is enabled and names no columns for row ids").asException();
        }
        return Optional.of(new Making.RowIdColumns(id, version));
    }
}
