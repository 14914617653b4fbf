package io.sluice.commit.group;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.entry.AppendEntry;
import io.sluice.commit.entry.CommitEntry;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableMissingException;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageFailures;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.trace.Stages;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a group of appends to its outcome: admit, stage, put; on a lost race admit again against the winner's table
/// and put again.
///
/// Data files are staged once and reused on every attempt, unless a member drops out whose rows they hold. Those of a
/// group that is not in the log and cannot come there are deleted.
public final class GroupCommit {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final Storages storages;
    private final Snapshots snapshots;
    private final Receipts receipts;
    private final Admission admission;
    private final EntryPut entryPut;
    private final CommitSettings settings;
    private final Surroundings surroundings;
    private final Aftermath aftermath;
    private final CommitMetrics metrics;

    public GroupCommit(
            Storages storages,
            Snapshots snapshots,
            Receipts receipts,
            EntryPut entryPut,
            CommitSettings settings,
            Surroundings surroundings,
            Aftermath aftermath,
            CommitMetrics metrics) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.receipts = receipts;
        this.admission = new Admission(storages, receipts);
        this.entryPut = entryPut;
        this.settings = settings;
        this.surroundings = surroundings;
        this.aftermath = aftermath;
        this.metrics = metrics;
    }

    /// Settles every member.
    ///
    /// @param group members of one table that may share a commit
    public <R> void commit(List<Member<R>> group) {
        commit(group, surroundings.clock().instant().plus(settings.settleTime()));
    }

    private <R> void commit(List<Member<R>> group, Instant lastHalving) {
        var progress = new Progress();
        try {
            attempt(group, progress, lastHalving);
        } catch (FailureException refused) {
            failed(group, progress, refused.failure());
        } catch (TableMissingException dropped) {
            failed(
                    group,
                    progress,
                    new Failure.TableNotFound(group.getFirst().request().table()));
        } catch (RuntimeException | Error unexpected) {
            failed(group, progress, new Failure.Internal());
            LOG.error("A commit to {} failed", group.getFirst().request().table(), unexpected);
        }
    }

    /// How far a group has come, should it fail.
    private static final class Progress {

        /// Files that no entry of the log names, nor one that is on its way there.
        private StagedFiles unnamed = StagedFiles.none();

        private boolean mayBeCommitted;

        /// No entry with rows of the group is in the log or can come there.
        void isOutside(StagedFiles staged) {
            unnamed = staged;
            mayBeCommitted = false;
        }

        /// An entry of the group is about to be put, or those of its halves are.
        void isOnItsWay() {
            unnamed = StagedFiles.none();
            mayBeCommitted = true;
        }
    }

    /// Settles the members that are not settled yet. While their rows may be in the log, nobody may take them for
    /// refused: what a request has stored ahead is deleted then.
    private <R> void failed(List<Member<R>> group, Progress progress, Failure failure) {
        if (progress.mayBeCommitted) {
            group.forEach(member -> member.settle(new CommitOutcome.Unknown()));
            return;
        }
        Location table = group.getFirst().request().location();
        progress.unnamed.discard(storages.of(table), table);
        refuse(group, failure);
    }

    private <R> void attempt(List<Member<R>> group, Progress progress, Instant lastHalving) {
        Location table = group.getFirst().request().location();
        Storage storage = storages.of(table);
        Instant begun = surroundings.clock().instant();
        Instant deadline = begun.plus(settings.settleTime());
        List<Member<R>> live = group;
        StagedFiles staged = StagedFiles.none();
        Optional<TableSnapshot> tried = Optional.empty();
        Optional<Schema> stagedOn = Optional.empty();
        for (int attempt = 1; ; attempt++) {
            TableSnapshot snapshot = snapshots.latest(table);
            Features.requireAppendable(snapshot);
            live = admission.admit(snapshot, tried, live);
            if (live.isEmpty()) {
                staged.discard(storage, table);
                return;
            }
            List<Action> definition = definition(snapshot, live);
            boolean isOutdated = !definition.isEmpty()
                    && stagedOn.filter(schema -> !schema.equals(snapshot.schema()))
                            .isPresent();
            if (staged.members() != live.size() || isOutdated) {
                Optional<StagedFiles> anew = stage(storage, snapshot, live, progress, lastHalving);
                if (anew.isEmpty()) {
                    // The halves of the group may have committed some of these very files.
                    if (live.stream().allMatch(Member::isRefused)) {
                        staged.discard(storage, table);
                    }
                    return;
                }
                staged.discardBut(anew.get(), storage, table);
                staged = anew.get();
                stagedOn = Optional.of(snapshot.schema());
                deadline = surroundings.clock().instant().plus(settings.settleTime());
            }
            progress.isOutside(staged);
            if (isNothing(live, staged)) {
                settle(live, snapshot.version(), staged);
                return;
            }
            CommitEntry entry = AppendEntry.following(
                    snapshot, requests(live), staged.files(), definition, receipts, entryPut.author());
            byte[] content = LogEntryCodec.encode(entry.actions());
            progress.isOnItsWay();
            LogPut.Result result = put(live, storage, entry, content, deadline);
            if (result instanceof LogPut.Result.Lost || result instanceof LogPut.Result.Refused) {
                progress.isOutside(staged);
            }
            if (result instanceof LogPut.Result.Lost) {
                metrics.lostRace();
                tried = Optional.of(snapshot);
                if (entryPut.pause(attempt, deadline)) {
                    continue;
                }
            }
            conclude(result, live, staged, snapshot, entry, new Effort(attempt, begun));
            return;
        }
    }

    private <R> LogPut.Result put(
            List<Member<R>> members, Storage storage, CommitEntry entry, byte[] content, Instant deadline) {
        Location table = members.getFirst().request().location();
        return Stages.shared("put", origins(members), () -> entryPut.put(storage, table, entry, content, deadline));
    }

    private static <R> List<Stages.Origin> origins(List<Member<R>> members) {
        return members.stream().map(Member::origin).toList();
    }

    private static <R> List<Action> definition(TableSnapshot snapshot, List<Member<R>> members) {
        return members.getFirst()
                .stager()
                .definition(
                        snapshot,
                        members.stream().map(member -> member.request().rows()).toList());
    }

    /// @param attempts made
    private record Effort(int attempts, Instant begun) {}

    private <R> void conclude(
            LogPut.Result result,
            List<Member<R>> live,
            StagedFiles staged,
            TableSnapshot before,
            CommitEntry entry,
            Effort effort) {
        Location table = before.location();
        Storage storage = storages.of(table);
        switch (result) {
            case LogPut.Result.Won _ -> {
                settle(live, entry.version(), staged);
                metrics.committed(
                        live.size(),
                        Duration.between(effort.begun(), surroundings.clock().instant()));
                aftermath.committed(live.getFirst().request().table(), before, entry);
            }
            case LogPut.Result.Unknown _ -> {
                metrics.unknown();
                live.forEach(member -> member.settle(new CommitOutcome.Unknown()));
            }
            case LogPut.Result.Refused(Exception cause) -> {
                LOG.warn("The store refused version {} of {}", entry.version(), table, cause);
                staged.discard(storage, table);
                refuse(live, StorageFailures.of(storage));
            }
            case LogPut.Result.Lost _ -> {
                staged.discard(storage, table);
                refuse(live, new Failure.CommitContention(effort.attempts(), surroundings.retryAfter()));
            }
        }
    }

    /// Empty when the members have been settled otherwise: a group whose staging fails is halved until the failure
    /// is one member's own, or until a store that fails everybody has taken too long.
    private <R> Optional<StagedFiles> stage(
            Storage storage, TableSnapshot snapshot, List<Member<R>> members, Progress progress, Instant lastHalving) {
        try {
            List<R> rows =
                    members.stream().map(member -> member.request().rows()).toList();
            List<Action.AddFile> files = Stages.shared(
                    "stage", origins(members), () -> members.getFirst().stager().stage(snapshot, rows));
            return Optional.of(new StagedFiles(members.size(), files));
        } catch (IOException | RuntimeException failure) {
            // A store that was silent to all of them would be so to each half.
            if (members.size() > 1
                    && !(failure instanceof IOException)
                    && surroundings.clock().instant().isBefore(lastHalving)) {
                progress.isOnItsWay();
                int half = members.size() / 2;
                commit(members.subList(0, half), lastHalving);
                commit(members.subList(half, members.size()), lastHalving);
            } else {
                LOG.warn(
                        "Staging rows of {} failed",
                        members.getFirst().request().table(),
                        failure);
                refuse(members, failure(storage, failure));
            }
            return Optional.empty();
        }
    }

    private static Failure failure(Storage storage, Exception failure) {
        return switch (failure) {
            case FailureException ours -> ours.failure();
            case IOException _ -> StorageFailures.of(storage);
            default -> new Failure.Internal();
        };
    }

    /// No rows, and no request that must be recognised: the table stays as it is.
    private static boolean isNothing(List<? extends Member<?>> members, StagedFiles staged) {
        return staged.files().isEmpty()
                && members.stream()
                        .allMatch(member -> member.request().identity().isEmpty());
    }

    private static void settle(List<? extends Member<?>> members, long version, StagedFiles staged) {
        long bytes = staged.bytes();
        int files = staged.files().size();
        members.forEach(member -> member.settle(
                new CommitOutcome.Committed(version, member.request().rowCount(), files, bytes)));
    }

    private static void refuse(List<? extends Member<?>> members, Failure failure) {
        members.forEach(member -> member.refuse(failure));
    }

    private static <R> List<AppendRequest<R>> requests(List<Member<R>> members) {
        return members.stream().map(Member::request).toList();
    }
}
