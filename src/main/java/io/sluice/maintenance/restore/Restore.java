package io.sluice.maintenance.restore;

import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.commit.TableCommits;
import io.sluice.datafile.FilePresence;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.operation.OperationControl;
import io.sluice.operation.OperationStoppedException;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/// Commits the content and the definition of an earlier version as the newest one. History stays as it is.
@Component
public class Restore {

    private static final String APPEND_ONLY = "delta.appendOnly";

    private final Catalog catalog;
    private final TableCommits commits;
    private final FilePresence presence;
    private final Clock clock;

    Restore(Catalog catalog, TableCommits commits, FilePresence presence, Clock clock) {
        this.catalog = catalog;
        this.commits = commits;
        this.presence = presence;
        this.clock = clock;
    }

    /// Says at once why a version cannot be restored.
    ///
    /// @return the version that is meant
    /// @throws io.sluice.table.FailureException `version-not-found`, `files-missing`, `append-only-table`,
    ///     `unsupported-table-feature`
    public TableSnapshot check(TableName table, AsOf asOf) throws IOException {
        TableSnapshot wanted = catalog.snapshot(table, asOf);
        actions(table, catalog.snapshot(table, AsOf.latest()), wanted);
        return wanted;
    }

    /// @param onlyIfLatest version that must still be the latest one at the commit
    public RestoreResult run(
            TableName table, TableSnapshot wanted, AsOf asOf, OptionalLong onlyIfLatest, OperationControl control) {
        control.progress(0, OptionalLong.of(1), "commits");
        ChangeOutcome<RestoreResult> outcome = commits.change(
                ChangeRequest.of(table, wanted.location()).onlyAt(onlyIfLatest).by(Requester.current()),
                new RestoreWork(table, wanted, asOf, control));
        control.progress(1, OptionalLong.of(1), "commits");
        return switch (outcome) {
            case ChangeOutcome.Committed<RestoreResult>(long version, RestoreResult result) -> result.at(version);
            case ChangeOutcome.Untouched<RestoreResult>(long version, RestoreResult result) -> result.at(version);
            case ChangeOutcome.Replayed<RestoreResult> _ -> throw new IllegalStateException("it has no identity");
            case ChangeOutcome.Refused<RestoreResult>(Failure failure) -> {
                control.stopHere();
                throw failure.asException();
            }
            case ChangeOutcome.Unknown<RestoreResult> _ -> throw new Failure.OutcomeUnknown().asException();
        };
    }

    private List<Action> actions(TableName table, TableSnapshot current, TableSnapshot wanted) throws IOException {
        RestoredDefinition.requirePossible(current, wanted);
        Difference difference = Difference.between(current, wanted);
        boolean appendOnly =
                "true".equalsIgnoreCase(current.metadata().configuration().get(APPEND_ONLY));
        if (appendOnly && !difference.removed().isEmpty()) {
            throw new Failure.AppendOnlyTable(table).asException();
        }
        if (!presence.areThere(wanted, difference.added())) {
            throw new Failure.FilesMissing(wanted.version()).asException();
        }
        var actions = new ArrayList<>(RestoredDefinition.actions(current, wanted));
        long now = clock.millis();
        difference.removed().forEach(file -> actions.add(Action.RemoveFile.of(file.add(), now, true)));
        difference.added().forEach(file -> actions.add(again(file)));
        return actions;
    }

    private final class RestoreWork implements ChangeWork<RestoreResult> {

        private final TableName table;
        private final TableSnapshot wanted;
        private final AsOf asOf;
        private final OperationControl control;

        RestoreWork(TableName table, TableSnapshot wanted, AsOf asOf, OperationControl control) {
            this.table = table;
            this.wanted = wanted;
            this.asOf = asOf;
            this.control = control;
        }

        /// Any commit that comes in between has it prepared again: it may be that of a vacuum that begins,
        /// because this replica was silent for too long or because the vacuum is not one of ours.
        @Override
        public Preparation<RestoreResult> prepare(TableSnapshot current) throws IOException {
            requireAlive();
            List<Action> actions = actions(table, current, wanted);
            Difference difference = Difference.between(current, wanted);
            var result = new RestoreResult(
                    current.version(),
                    wanted.version(),
                    Difference.bytes(wanted.files()),
                    wanted.files().size(),
                    difference.removed().size(),
                    difference.added().size(),
                    Difference.bytes(difference.removed()),
                    Difference.bytes(difference.added()));
            if (actions.isEmpty()) {
                return new Preparation.Nothing<>(result);
            }
            return new Preparation.Change<>(
                    new Preparation.Operation("RESTORE", parameters(), metrics(result)),
                    List.of(new Read.WholeTable(), new Read.EveryCommit()),
                    actions,
                    List.of(),
                    result);
        }

        private void requireAlive() {
            try {
                control.stopHere();
            } catch (OperationStoppedException stopped) {
                throw new Failure.OperationAbandoned().asException(stopped);
            }
        }

        private Map<String, Object> parameters() {
            Map<String, Object> parameters = new LinkedHashMap<>();
            switch (asOf) {
                case AsOf.Moment(var instant) -> parameters.put("timestamp", instant.toString());
                case AsOf.Version _, AsOf.Latest _ -> parameters.put("version", wanted.version());
            }
            return parameters;
        }

        @Override
        public Class<RestoreResult> resultType() {
            return RestoreResult.class;
        }
    }

    private static Map<String, Long> metrics(RestoreResult result) {
        Map<String, Long> metrics = new LinkedHashMap<>();
        metrics.put("tableSizeAfterRestore", result.tableSizeAfterRestore());
        metrics.put("numOfFilesAfterRestore", result.numOfFilesAfterRestore());
        metrics.put("numRemovedFiles", result.numRemovedFiles());
        metrics.put("numRestoredFiles", result.numRestoredFiles());
        metrics.put("removedFilesSize", result.removedFilesSize());
        metrics.put("restoredFilesSize", result.restoredFilesSize());
        return metrics;
    }

    private static Action.AddFile again(DataFile file) {
        Action.AddFile add = file.add();
        return new Action.AddFile(
                add.path(),
                add.partitionValues(),
                add.size(),
                add.modificationTime(),
                true,
                add.stats(),
                add.tags(),
                add.deletionVector(),
                add.baseRowId(),
                add.defaultRowCommitVersion(),
                add.clusteringProvider());
    }
}
