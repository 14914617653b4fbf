package io.sluice.maintenance.repair;

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
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.operation.OperationControl;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/// Removes entries whose data files are gone, so that what is left of a table can be read. The rows of those files are
/// lost already.
@Component
public class Repair {

    private static final int SAMPLE = 100;
    private static final String APPEND_ONLY = "delta.appendOnly";

    private final Catalog catalog;
    private final TableCommits commits;
    private final FilePresence presence;
    private final Clock clock;

    Repair(Catalog catalog, TableCommits commits, FilePresence presence, Clock clock) {
        this.catalog = catalog;
        this.commits = commits;
        this.presence = presence;
        this.clock = clock;
    }

    /// Tells what is missing, and changes nothing.
    public RepairResult look(TableName table, OperationControl control) throws IOException {
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        List<DataFile> missing = missing(snapshot, control);
        return new RepairResult(true, snapshot.version(), snapshot.files().size(), missing.size(), 0, sample(missing));
    }

    /// @throws io.sluice.table.FailureException `append-only-table`, and what committing met
    public RepairResult run(TableName table, OperationControl control) {
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        ChangeOutcome<RepairResult> outcome = commits.change(
                ChangeRequest.of(table, snapshot.location()).by(Requester.current()), new RepairWork(table, control));
        return switch (outcome) {
            case ChangeOutcome.Committed<RepairResult>(long version, RepairResult result) -> at(version, result);
            case ChangeOutcome.Untouched<RepairResult>(long version, RepairResult result) -> at(version, result);
            case ChangeOutcome.Replayed<RepairResult> _ -> throw new IllegalStateException("it has no identity");
            case ChangeOutcome.Refused<RepairResult>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<RepairResult> _ -> throw new Failure.OutcomeUnknown().asException();
        };
    }

    private static RepairResult at(long version, RepairResult result) {
        return new RepairResult(
                false,
                version,
                result.numFilesChecked(),
                result.numMissingFiles(),
                result.numRemovedFiles(),
                result.sample());
    }

    private List<DataFile> missing(TableSnapshot snapshot, OperationControl control) throws IOException {
        OptionalLong total = OptionalLong.of(snapshot.files().size());
        control.progress(0, total, "files");
        List<DataFile> missing = presence.missing(snapshot.files());
        control.progress(total.getAsLong(), total, "files");
        return missing;
    }

    private static List<String> sample(List<DataFile> files) {
        return files.stream().limit(SAMPLE).map(file -> file.add().path()).toList();
    }

    private final class RepairWork implements ChangeWork<RepairResult> {

        private final TableName table;
        private final OperationControl control;

        RepairWork(TableName table, OperationControl control) {
            this.table = table;
            this.control = control;
        }

        @Override
        public Preparation<RepairResult> prepare(TableSnapshot newest) throws IOException {
            Features.requireAppendable(newest);
            List<DataFile> missing = missing(newest, control);
            var result = new RepairResult(
                    false, newest.version(), newest.files().size(), missing.size(), missing.size(), sample(missing));
            if (missing.isEmpty()) {
                return new Preparation.Nothing<>(result);
            }
            if ("true".equalsIgnoreCase(newest.metadata().configuration().get(APPEND_ONLY))) {
                throw new Failure.AppendOnlyTable(table).asException();
            }
            long now = clock.millis();
            List<Action> removed = missing.stream()
                    .<Action>map(file -> Action.RemoveFile.of(file.add(), now, true))
                    .toList();
            Set<String> paths = missing.stream().map(file -> file.add().path()).collect(Collectors.toSet());
            return new Preparation.Change<>(
                    new Preparation.Operation(
                            "FSCK", Map.of("dryRun", false), Map.of("numRemovedFiles", (long) missing.size())),
                    List.of(new Read.Files(paths)),
                    removed,
                    List.of(),
                    result);
        }

        @Override
        public Class<RepairResult> resultType() {
            return RepairResult.class;
        }
    }
}
