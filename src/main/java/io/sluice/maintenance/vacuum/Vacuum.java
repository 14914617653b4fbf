package io.sluice.maintenance.vacuum;

import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.TableCommits;
import io.sluice.delta.CommitHistory;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.Features;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.vacuum.Candidates.Candidate;
import io.sluice.maintenance.vacuum.LogFilesUse.Depth;
import io.sluice.maintenance.vacuum.VacuumPlan.Mode;
import io.sluice.operation.OperationControl;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageFailures;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/// Deletes the files that no version within the retention needs.
@Component
public class Vacuum {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int SAMPLE = 100;
    private static final String PROBE = "_sluice/clock";

    private final Catalog catalog;
    private final Snapshots snapshots;
    private final TableCommits commits;
    private final LogFilesUse.Log log;
    private final Storages storages;
    private final VacuumSettings settings;
    private final Clock clock;

    Vacuum(
            Catalog catalog,
            Snapshots snapshots,
            TableCommits commits,
            CommitHistory history,
            DeletionVectors vectors,
            Storages storages,
            VacuumSettings settings,
            Clock clock) {
        this.catalog = catalog;
        this.snapshots = snapshots;
        this.commits = commits;
        this.log = new LogFilesUse.Log(history, storages, vectors);
        this.storages = storages;
        this.settings = settings;
        this.clock = clock;
    }

    /// What is asked of it, checked against the table.
    ///
    /// @throws io.sluice.table.FailureException `retention-too-short`, `malformed-body`, `version-not-found`,
    ///     `unsupported-table-feature`; `invalid-schema` when the table's own retention cannot be read
    public VacuumPlan plan(TableSnapshot latest, VacuumPlan.Wish wish) {
        Features.requireAppendable(latest);
        VacuumPlan plan = VacuumPlan.of(latest, wish, settings);
        snapshots.requireReadable(latest, plan.versions());
        return plan;
    }

    /// @throws io.sluice.table.FailureException what reading, deleting or committing met; `version-not-found` when
    ///     commits that are kept are no longer in the log, so that nobody knows what they need
    /// @throws io.sluice.operation.OperationStoppedException of the control
    public VacuumResult run(TableName table, VacuumPlan plan, OperationControl control) throws Exception {
        Path spool = storages.of(storages.root()).stagingDirectory().resolve("vacuum-" + UUID.randomUUID());
        try (var candidates = new Candidates(spool)) {
            return run(table, plan, candidates, control);
        }
    }

    private VacuumResult run(TableName table, VacuumPlan plan, Candidates candidates, OperationControl control)
            throws IOException {
        TableSnapshot before = snapshot(table, plan, AsOf.latest());
        Instant now = now(before.location());
        var kept = new LogFilesUse.Kept(
                now.minus(plan.retention()),
                plan.newest().isPresent() ? before.version() - plan.newest().getAsLong() + 1 : Long.MAX_VALUE,
                plan.versions(),
                version -> snapshot(table, plan, new AsOf.Version(version)));
        control.progress(0, OptionalLong.empty(), "files");
        long directories = find(before, kept, now.minus(settings.unknownRetention()), plan, candidates);
        control.stopHere();
        // The second look: whoever committed while the files were listed may name one of them.
        TableSnapshot after = snapshot(table, plan, AsOf.latest());
        Set<String> needed = LogFilesUse.since(before, after, log);
        Found found = found(candidates, needed, directories);
        if (plan.mode() == Mode.DRY_RUN) {
            control.progress(found.files(), OptionalLong.of(found.files()), "files");
            return result(plan, found, 0, after.version());
        }
        commit(table, after, start(plan, found));
        // A restore that committed before this entry is seen now; one after it finds the entry, or the files gone.
        Set<String> stillNeeded = LogFilesUse.since(before, snapshot(table, plan, AsOf.latest()), log);
        var deleted = new AtomicLong();
        try {
            delete(after, candidates, stillNeeded, found, control, deleted);
        } catch (IOException | RuntimeException e) {
            // What was deleted is told also when it was stopped in the middle.
            commit(table, after, end("FAILED", deleted.get(), directories));
            throw e;
        }
        long version = commit(table, after, end("COMPLETED", deleted.get(), directories));
        return result(plan, found, deleted.get(), version);
    }

    /// The name may lead elsewhere by now, where this operation has nothing to itself.
    private TableSnapshot snapshot(TableName table, VacuumPlan plan, AsOf asOf) {
        TableSnapshot found = catalog.snapshot(table, asOf);
        if (!found.location().equals(plan.location())) {
            throw new Failure.TableNotFound(table).asException();
        }
        return found;
    }

    /// @param old before which also files go that no commit names
    /// @return the directories that were looked into
    private long find(TableSnapshot table, LogFilesUse.Kept kept, Instant old, VacuumPlan plan, Candidates candidates)
            throws IOException {
        Storage storage = storages.of(table.location());
        return switch (plan.scope()) {
            case FULL -> {
                Set<String> needed =
                        LogFilesUse.of(table, kept, Depth.NEEDED, log).needed();
                yield TableListing.read(table, storage, kept.since().isBefore(old) ? kept.since() : old, entry -> {
                    String path = TableListing.relative(table.location(), entry.location());
                    if (!needed.contains(path)) {
                        candidates.add(new Candidate(path, entry.sizeBytes()));
                    }
                });
            }
            case LITE -> {
                LogFilesUse use = LogFilesUse.of(table, kept, Depth.WHOLE, log);
                List<Location> given = use.given().stream()
                        .filter(path -> !use.needed().contains(path))
                        .sorted()
                        .map(table.location()::resolve)
                        .toList();
                for (FileEntry entry : new Deletion(storage, settings.parallelDeletes()).find(given)) {
                    candidates.add(new Candidate(
                            TableListing.relative(table.location(), entry.location()), entry.sizeBytes()));
                }
                yield 1;
            }
        };
    }

    /// @param files and their `bytes` that go
    private record Found(long files, long bytes, long directories, List<String> sample) {}

    private static Found found(Candidates candidates, Set<String> needed, long directories) throws IOException {
        var sample = new ArrayList<String>();
        var files = new AtomicLong();
        var bytes = new AtomicLong();
        candidates.forEach(needed, SAMPLE, some -> {
            files.addAndGet(some.size());
            for (Candidate candidate : some) {
                bytes.addAndGet(candidate.bytes());
                if (sample.size() < SAMPLE) {
                    sample.add(candidate.path());
                }
            }
        });
        return new Found(files.get(), bytes.get(), directories, sample);
    }

    private void delete(
            TableSnapshot table,
            Candidates candidates,
            Set<String> needed,
            Found found,
            OperationControl control,
            AtomicLong deleted)
            throws IOException {
        control.progress(0, OptionalLong.of(found.files()), "files");
        var deletion = new Deletion(storages.of(table.location()), settings.parallelDeletes());
        candidates.forEach(needed, deletion.batch(), some -> {
            control.stopHere();
            deletion.delete(some.stream()
                    .map(candidate -> table.location().resolve(candidate.path()))
                    .toList());
            control.progress(deleted.addAndGet(some.size()), OptionalLong.of(found.files()), "files");
        });
    }

    /// The earlier of two clocks, so that a file is never taken for older than its store says. The store is asked
    /// where no reader and no vacuum looks.
    private Instant now(Location table) {
        Storage storage = storages.of(table);
        Location probe = table.resolve(PROBE);
        try {
            Instant there = storage.now(probe);
            storage.delete(probe);
            Instant here = clock.instant();
            return there.isBefore(here) ? there : here;
        } catch (IOException refused) {
            throw StorageFailures.of(storage).asException(refused);
        }
    }

    private static VacuumResult result(VacuumPlan plan, Found found, long deleted, long version) {
        return new VacuumResult(
                plan.scope().name(),
                plan.mode() == Mode.DRY_RUN,
                version,
                plan.retention().toMillis(),
                found.files(),
                found.bytes(),
                deleted,
                found.directories(),
                found.sample());
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
                Map.of("numFilesToDelete", found.files(), "sizeOfDataToDelete", found.bytes()));
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
        ChangeOutcome<Done> outcome = commits.change(
                ChangeRequest.of(table, snapshot.location()).by(Requester.current()), new ChangeWork<Done>() {
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
