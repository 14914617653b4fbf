package io.sluice.maintenance.statistics;

import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.commit.TableCommits;
import io.sluice.compute.WorkTime;
import io.sluice.datafile.FileRewriter;
import io.sluice.datafile.TableLayout;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.Features;
import io.sluice.delta.FileStatistics;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.MaintenanceSettings;
import io.sluice.operation.OperationControl;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/// Computes the statistics that files lack and adds the files again with them, some hundreds with each commit.
///
/// Lacking is a file that does not say how many rows it has, or how many nulls a column has whose statistics the table
/// wants.
@Component
public class Statistics {

    private static final int FILES_AT_ONCE = 500;

    private final Catalog catalog;
    private final TableCommits commits;
    private final FileRewriter files;
    private final MaintenanceSettings settings;

    Statistics(Catalog catalog, TableCommits commits, FileRewriter files, MaintenanceSettings settings) {
        this.catalog = catalog;
        this.commits = commits;
        this.files = files;
        this.settings = settings;
    }

    /// @throws io.sluice.table.FailureException what reading or committing met
    /// @throws io.sluice.operation.OperationStoppedException of the control
    public StatisticsResult run(TableName table, OperationControl control) throws Exception {
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        Features.requireAppendable(snapshot);
        List<String> wanted = TableLayout.of(snapshot).boundedPaths().stream()
                .map(FileStatistics::key)
                .toList();
        List<DataFile> lacking = snapshot.files().stream()
                .filter(file -> isLacking(file, wanted))
                .toList();
        OptionalLong total = OptionalLong.of(lacking.size());
        control.progress(0, total, "files");
        long version = snapshot.version();
        long updated = 0;
        Map<Action.AddFile, String> texts = new LinkedHashMap<>();
        for (int done = 1; done <= lacking.size(); done++) {
            control.stopHere();
            DataFile file = lacking.get(done - 1);
            compute(snapshot, file).ifPresent(text -> texts.put(file.add(), text));
            control.progress(done, total, "files");
            if (texts.size() == FILES_AT_ONCE || done == lacking.size()) {
                Committed committed = commit(table, snapshot, Map.copyOf(texts));
                version = committed.version().orElse(version);
                updated += committed.files();
                texts.clear();
            }
        }
        return new StatisticsResult(version, snapshot.files().size(), updated);
    }

    private static boolean isLacking(DataFile file, List<String> wanted) {
        FileStatistics known = file.statistics();
        return known.numRecords().isEmpty() || !known.nullCounts().keySet().containsAll(wanted);
    }

    /// Empty when there is nothing more to say than the log has.
    private Optional<String> compute(TableSnapshot snapshot, DataFile file) throws Exception {
        return files.statistics(snapshot, file, new WorkTime(settings.rewriteTime()))
                .filter(text -> !FileStatistics.parse(text).equals(file.statistics()));
    }

    /// @param version empty where nothing was committed
    private record Committed(OptionalLong version, long files) {}

    private Committed commit(TableName table, TableSnapshot snapshot, Map<Action.AddFile, String> texts) {
        if (texts.isEmpty()) {
            return new Committed(OptionalLong.empty(), 0);
        }
        ChangeOutcome<Done> outcome = commits.change(
                ChangeRequest.of(table, snapshot.location()).by(Requester.current()), new StatisticsWork(texts));
        return switch (outcome) {
            case ChangeOutcome.Committed<Done>(long version, Done done) ->
                new Committed(OptionalLong.of(version), done.files());
            case ChangeOutcome.Untouched<Done> _, ChangeOutcome.Replayed<Done> _ ->
                new Committed(OptionalLong.empty(), 0);
            case ChangeOutcome.Refused<Done>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<Done> _ -> throw new Failure.OutcomeUnknown().asException();
        };
    }

    private record Done(long files) {}

    /// As many of the files as are still what they were.
    private record StatisticsWork(Map<Action.AddFile, String> texts) implements ChangeWork<Done> {

        @Override
        public Preparation<Done> prepare(TableSnapshot newest) {
            Features.requireAppendable(newest);
            Map<String, String> byPath = new HashMap<>();
            texts.forEach((file, text) -> byPath.put(key(file), text));
            var actions = new ArrayList<Action>();
            for (DataFile file : newest.files()) {
                String text = byPath.get(key(file.add()));
                if (text != null) {
                    actions.add(file.add().withStatistics(text));
                }
            }
            var done = new Done(actions.size());
            if (actions.isEmpty()) {
                return new Preparation.Nothing<>(done);
            }
            return new Preparation.Change<>(
                    new Preparation.Operation(
                            "COMPUTE STATS", Map.of("predicate", "[]"), Map.of("numUpdatedFiles", done.files())),
                    List.of(new Read.Files(actions.stream()
                            .map(action -> ((Action.AddFile) action).path())
                            .collect(java.util.stream.Collectors.toSet()))),
                    actions,
                    List.of(),
                    done);
        }

        private static String key(Action.AddFile file) {
            return DataFile.pathKey(file.path()) + " " + file.deletionVector();
        }

        @Override
        public Class<Done> resultType() {
            return Done.class;
        }
    }
}
