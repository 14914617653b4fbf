package io.sluice.maintenance.vacuum;

import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.TableCommits;
import io.sluice.delta.CommitHistory;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.vacuum.LogFilesUse.Depth;
import io.sluice.maintenance.vacuum.VacuumPlan.Mode;
import io.sluice.maintenance.vacuum.VacuumPlan.Scope;
import io.sluice.operation.OperationControl;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/// Deletes the files that no version within the retention needs.
@Component
public class Vacuum {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int SAMPLE = 100;

    private final Catalog catalog;
    private final TableCommits commits;
    private final CommitHistory history;
    private final DeletionVectors vectors;
    private final Storages storages;
    private final VacuumSettings settings;
    private final Clock clock;

    Vacuum(
            Catalog catalog,
            TableCommits commits,
            CommitHistory history,
            DeletionVectors vectors,
            Storages storages,
            VacuumSettings settings,
            Clock clock) {
        this.catalog = catalog;
        this.commits = commits;
        this.history = history;
        this.vectors = vectors;
        this.storages = storages;
        this.settings = settings;
        this.clock = clock;
    }

    /// @param retention ISO-8601, or empty for the table's own
    /// @throws io.sluice.table.FailureException `retention-too-short`, `malformed-body`,
    ///     `unsupported-table-feature`
    public VacuumPlan plan(TableSnapshot table, String retention, Scope scope, Mode mode) {
        Features.requireAppendable(table);
        return VacuumPlan.of(table, retention, scope, mode, settings);
    }

    private record Found(List<FileEntry> files, long directories) {
        long bytes() {
            return files.stream().mapToLong(FileEntry::sizeBytes).sum();
        }
    }

    /// @throws io.sluice.table.FailureException what reading, deleting or committing met; `version-not-found` when
    ///     commits within the retention are no longer in the log, so that nobody knows what they need
    /// @throws io.sluice.operation.OperationStoppedException of the control
    public VacuumResult run(TableName table, VacuumPlan plan, OperationControl control) throws Exception {
        TableSnapshot before = catalog.snapshot(table, AsOf.latest());
        Instant cutoff = now().minus(plan.retention());
        Found found = find(before, cutoff, plan);
        control.stopHere();
        // The second look: whoever committed while the files were listed may name one of them.
        TableSnapshot after = catalog.snapshot(table, AsOf.latest());
        Set<Location> needed = use(after, cutoff, Depth.RETENTION).needed();
        var files = new ArrayList<>(found.files());
        files.removeIf(
                file -> needed.contains(file.location()) || !file.location().isWithin(after.location()));
        found = new Found(files, found.directories());
        if (plan.mode() == Mode.DRY_RUN) {
            return result(plan, after, found, 0, after.version());
        }
        commit(table, after, start(plan, found));
        var deleted = new AtomicLong();
        try {
            delete(found, control, deleted);
        } catch (IOException | RuntimeException e) {
            // What was deleted is told also when it was stopped in the middle.
            commit(table, after, end("FAILED", deleted.get(), found.directories()));
            throw e;
        }
        long version = commit(table, after, end("COMPLETED", deleted.get(), found.directories()));
        return result(plan, after, found, deleted.get(), version);
    }

    private LogFilesUse use(TableSnapshot table, Instant cutoff, Depth depth) {
        return LogFilesUse.of(table, cutoff, depth, history, storages, vectors);
    }

    private Found find(TableSnapshot table, Instant cutoff, VacuumPlan plan) throws IOException {
        switch (plan.scope()) {
            case FULL -> {
                Instant old = clock.instant().minus(settings.unknownRetention());
                Set<Location> needed = use(table, cutoff, Depth.RETENTION).needed();
                TableListing listing =
                        TableListing.of(table, storages.of(table.location()), cutoff.isBefore(old) ? cutoff : old);
                return new Found(
                        listing.files().stream()
                                .filter(file -> !needed.contains(file.location()))
                                .toList(),
                        listing.directories());
            }
            case LITE -> {
                LogFilesUse use = use(table, cutoff, Depth.WHOLE);
                List<Location> given = use.given().stream()
                        .filter(file -> !use.needed().contains(file) && file.isWithin(table.location()))
                        .sorted(Comparator.comparing(Location::toString))
                        .toList();
                return new Found(new Deletion(storages, settings.parallelDeletes()).find(given), 1);
            }
        }
        throw new IllegalStateException();
    }

    private void delete(Found found, OperationControl control, AtomicLong deleted) throws IOException {
        long total = found.files().size();
        control.progress(0, OptionalLong.of(total), "files");
        List<Location> files = found.files().stream().map(FileEntry::location).toList();
        new Deletion(storages, settings.parallelDeletes()).delete(files, done -> {
            deleted.set(done);
            control.progress(done, OptionalLong.of(total), "files");
            control.stopHere();
        });
    }

    /// The earlier of two clocks, so that a file is never taken for older than its store says.
    private Instant now() throws IOException {
        Location probe = storages.root().resolve(Storages.OWN_DIRECTORY).resolve("operations/clock");
        storages.of(probe).put(probe, new byte[] {'\n'});
        Instant here = clock.instant();
        return storages.of(probe)
                .findFile(probe)
                .map(FileEntry::modified)
                .filter(there -> there.isBefore(here))
                .orElse(here);
    }

    private static VacuumResult result(VacuumPlan plan, TableSnapshot table, Found found, long deleted, long version) {
        int root = table.location().toString().length() + 1;
        return new VacuumResult(
                plan.scope().name(),
                plan.mode() == Mode.DRY_RUN,
                version,
                plan.retention().toMillis(),
                found.files().size(),
                found.bytes(),
                deleted,
                found.directories(),
                found.files().stream()
                        .limit(SAMPLE)
                        .map(file -> file.location().toString().substring(root))
                        .toList());
    }

    private Preparation.Operation start(VacuumPlan plan, Found found) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("retentionCheckEnabled", settings.retentionCheck());
        parameters.put("defaultRetentionMillis", plan.tableRetention().toMillis());
        plan.specified().ifPresent(given -> parameters.put("specifiedRetentionMillis", given.toMillis()));
        parameters.put("type", plan.scope().name());
        return new Preparation.Operation(
                "VACUUM START",
                parameters,
                Map.of("numFilesToDelete", (long) found.files().size(), "sizeOfDataToDelete", found.bytes()));
    }

    private static Preparation.Operation end(String status, long deleted, long directories) {
        return new Preparation.Operation(
                "VACUUM END",
                Map.of("status", status),
                Map.of("numDeletedFiles", deleted, "numVacuumedDirectories", directories));
    }

    private record Done() {}

    /// A commit that only tells.
    private long commit(TableName table, TableSnapshot snapshot, Preparation.Operation operation) {
        ChangeOutcome<Done> outcome =
                commits.change(ChangeRequest.of(table, snapshot.location()), new ChangeWork<Done>() {
                    @Override
                    public Preparation<Done> prepare(TableSnapshot newest) {
                        return new Preparation.Change<>(operation, List.of(), List.of(), List.of(), new Done());
                    }

                    @Override
                    public Class<Done> resultType() {
                        return Done.class;
                    }
                });
        return switch (outcome) {
            case ChangeOutcome.Committed<Done>(long version, Done _) -> version;
            case ChangeOutcome.Refused<Done>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<Done> _ -> throw new Failure.StorageUnavailable(RETRY_AFTER).asException();
            case ChangeOutcome.Untouched<Done> _, ChangeOutcome.Replayed<Done> _ ->
                throw new IllegalStateException("it has no identity and is never nothing");
        };
    }
}
