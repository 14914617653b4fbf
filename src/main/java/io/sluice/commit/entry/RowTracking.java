package io.sluice.commit.entry;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Fresh row ids for added files (Delta protocol, "Row Tracking"): they start above the table's high-water mark, which
/// moves with them.
///
/// @param files with `baseRowId` and `defaultRowCommitVersion` where the table supports row tracking
/// @param highWaterMark the mark's new state; none when no id was given
record RowTracking(List<Action.AddFile> files, Optional<Action.DomainMetadata> highWaterMark) {

    private static final String FEATURE = "rowTracking";
    private static final String SUSPENDED = "delta.rowTrackingSuspended";
    private static final String DOMAIN = "delta.rowTracking";
    private static final String MARK = "rowIdHighWaterMark";
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Files that are added again keep the ids that they have.
    ///
    /// @param definition as of the commit that adds the files to `snapshot`
    /// @param version of that commit
    static RowTracking assign(TableSnapshot snapshot, Definition definition, long version, List<Action.AddFile> files) {
        if (files.stream().noneMatch(RowTracking::isFresh)
                || !definition.protocol().writerFeatures().contains(FEATURE)
                || definition.isTrue(SUSPENDED)) {
            return new RowTracking(files, Optional.empty());
        }
        long next = Math.addExact(highWaterMark(snapshot), 1);
        List<Action.AddFile> assigned = new ArrayList<>(files.size());
        for (Action.AddFile file : files) {
            if (isFresh(file)) {
                assigned.add(withRowIds(file, next, version));
                next = Math.addExact(next, numRecords(file));
            } else {
                assigned.add(file);
            }
        }
        String mark = JSON.createObjectNode().put(MARK, next - 1).toString();
        return new RowTracking(assigned, Optional.of(new Action.DomainMetadata(DOMAIN, mark, false)));
    }

    private static boolean isFresh(Action.AddFile file) {
        return file.baseRowId().isEmpty();
    }

    private static long highWaterMark(TableSnapshot snapshot) {
        String configuration = snapshot.domainMetadata().get(DOMAIN);
        return configuration == null
                ? -1
                : number(configuration, MARK)
                        .orElseThrow(() ->
                                new Failure.TableCorrupt("delta.rowTracking has no rowIdHighWaterMark").asException());
    }

    private static long numRecords(Action.AddFile file) {
        OptionalLong records =
                file.stats().isPresent() ? number(file.stats().get(), "numRecords") : OptionalLong.empty();
        return records.orElseThrow(() -> new IllegalStateException(
                "a file staged for a table with row tracking has no numRecords: " + file.path()));
    }

    private static OptionalLong number(String json, String member) {
        try {
            JsonNode value = JSON.readTree(json).get(member);
            return value != null && value.isIntegralNumber()
                    ? OptionalLong.of(value.longValue())
                    : OptionalLong.empty();
        } catch (JacksonException notJson) {
            return OptionalLong.empty();
        }
    }

    private static Action.AddFile withRowIds(Action.AddFile file, long baseRowId, long version) {
        return new Action.AddFile(
                file.path(),
                file.partitionValues(),
                file.size(),
                file.modificationTime(),
                file.dataChange(),
                file.stats(),
                file.tags(),
                file.deletionVector(),
                OptionalLong.of(baseRowId),
                OptionalLong.of(version),
                file.clusteringProvider());
    }
}
