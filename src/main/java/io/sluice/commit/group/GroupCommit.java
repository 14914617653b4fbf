package io.sluice.commit.group;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.entry.AppendEntry;
import io.sluice.commit.entry.AppendRules;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.log.FullJitter;
import io.sluice.commit.log.LogFile;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableMissingException;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes a group of appends to its outcome: admit, stage, put; on a lost race admit again against the winner's table and put again.
///
/// Data files are staged once and reused on every attempt, unless a member drops out whose rows they hold.
public final class GroupCommit {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private final Storages storages;
    private final Snapshots snapshots;
    private final Receipts receipts;
    private final LogPut logPut;
    private final FullJitter backoff;
    private final CommitSettings settings;
    private final Surroundings surroundings;
    private final Aftermath aftermath;
    private final CommitMetrics metrics;
    private final String engineInfo;

    /// @param engineInfo `Sluice/<version>`
    public GroupCommit(
            Storages storages,
            Snapshots snapshots,
            Receipts receipts,
            LogPut logPut,
            CommitSettings settings,
            Surroundings surroundings,
            Aftermath aftermath,
            CommitMetrics metrics,
            String engineInfo) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.receipts = receipts;
        this.logPut = logPut;
        this.backoff = new FullJitter(surroundings.random(), settings.firstBackoff(), settings.longestBackoff());
        this.settings = settings;
        this.surroundings = surroundings;
        this.aftermath = aftermath;
        this.metrics = metrics;
        this.engineInfo = engineInfo;
    }

    /// Rows that are on storage, and whose.
    private record Staged(int members, List<Action.AddFile> files) {}

    /// Settles every member.
    ///
    /// @param group members of one table that may share a commit
    public <R> void commit(List<Member<R>> group) {
        commit(group, surroundings.clock().instant().plus(settings.settleTime()));
    }

    private <R> void commit(List<Member<R>> group, Instant lastHalving) {
        try {
            attempt(group, lastHalving);
        } catch (FailureException refused) {
            refuse(group, refused.failure());
        } catch (TableMissingException dropped) {
            refuse(group, new Failure.TableNotFound(group.getFirst().request().table()));
        } catch (RuntimeException | Error unexpected) {
            LOG.error("A commit to {} failed", group.getFirst().request().table(), unexpected);
            refuse(group, new Failure.Internal());
        }
    }

    /// Leaves with an exception only while nothing of the group is in the log or on its way there.
    private <R> void attempt(List<Member<R>> group, Instant lastHalving) {
        Location table = group.getFirst().request().location();
        Storage storage = storages.of(table);
        Instant begun = surroundings.clock().instant();
        Instant deadline = begun.plus(settings.settleTime());
        List<Member<R>> live = group;
        Optional<Staged> staged = Optional.empty();
        Optional<TableSnapshot> tried = Optional.empty();
        for (int attempt = 1; ; attempt++) {
            TableSnapshot snapshot = snapshots.latest(table);
            Features.requireAppendable(snapshot);
            live = admit(storage, snapshot, tried, live);
            if (staged.isPresent() && staged.get().members() != live.size()) {
                discard(storage, table, staged.get());
                staged = Optional.empty();
            }
            if (live.isEmpty()) {
                return;
            }
            if (staged.isEmpty()) {
                staged = stage(storage, snapshot, live, lastHalving);
                if (staged.isEmpty()) {
                    return;
                }
                deadline = surroundings.clock().instant().plus(settings.settleTime());
            }
            if (isNothing(live, staged.get())) {
                settle(live, snapshot.version(), staged.get());
                return;
            }
            AppendEntry entry = AppendEntry.following(snapshot, requests(live), staged.get().files(), receipts, author());
            switch (put(storage, table, entry, deadline)) {
                case LogPut.Result.Won _ -> {
                    metrics.committed(live.size(), Duration.between(begun, surroundings.clock().instant()));
                    aftermath.committed(snapshot, entry);
                    settle(live, entry.version(), staged.get());
                    return;
                }
                case LogPut.Result.Unknown _ -> {
                    metrics.unknown();
                    live.forEach(member -> member.settle(new CommitOutcome.Unknown()));
                    return;
                }
                case LogPut.Result.Refused(Exception cause) -> {
                    LOG.warn("The store refused version {} of {}", entry.version(), table, cause);
                    discard(storage, table, staged.get());
                    refuse(live, StorageFailures.of(storage));
                    return;
                }
                case LogPut.Result.Lost _ -> {
                    metrics.lostRace();
                    tried = Optional.of(snapshot);
                    if (!pause(attempt, deadline)) {
                        discard(storage, table, staged.get());
                        refuse(live, new Failure.CommitContention(attempt, retryAfter()));
                        return;
                    }
                }
            }
        }
    }

    /// Settles the members that this state of the table rules out, and returns the others.
    private <R> List<Member<R>> admit(
            Storage storage, TableSnapshot snapshot, Optional<TableSnapshot> tried, List<Member<R>> members) {
        List<Member<R>> admitted = new ArrayList<>(members.size());
        for (Member<R> member : members) {
            Optional<CommitOutcome> ruledOut = ruledOut(storage, snapshot, tried, member.request());
            ruledOut.ifPresentOrElse(member::settle, () -> admitted.add(member));
        }
        return admitted;
    }

    private Optional<CommitOutcome> ruledOut(
            Storage storage, TableSnapshot snapshot, Optional<TableSnapshot> tried, AppendRequest<?> request) {
        Optional<CommitOutcome> replay = request.identity().flatMap(identity -> receipts.find(snapshot, identity));
        if (replay.isPresent()) {
            return replay;
        }
        if (request.onlyIfLatest().isPresent() && request.onlyIfLatest().getAsLong() != snapshot.version()) {
            return Optional.of(new CommitOutcome.Refused(
                    new Failure.StaleVersion(request.onlyIfLatest().getAsLong(), snapshot.version())));
        }
        Optional<Failure> conflict = AppendRules.conflict(storage, request.preparedAgainst(), snapshot);
        if (conflict.isEmpty() && tried.isPresent()) {
            conflict = request.identity()
                    .map(Receipts::applicationId)
                    .flatMap(id -> AppendRules.conflict(storage, tried.get(), snapshot, id));
        }
        return conflict.map(CommitOutcome.Refused::new);
    }

    /// Empty when the members have been settled otherwise: a group whose staging fails is halved until the failure is one member's own,
    /// or until a store that fails everybody has taken too long.
    private <R> Optional<Staged> stage(
            Storage storage, TableSnapshot snapshot, List<Member<R>> members, Instant lastHalving) {
        try {
            List<R> rows = members.stream().map(member -> member.request().rows()).toList();
            List<Action.AddFile> files = members.getFirst().stager().stage(snapshot, rows);
            return Optional.of(new Staged(members.size(), List.copyOf(files)));
        } catch (IOException | RuntimeException failure) {
            if (members.size() > 1 && surroundings.clock().instant().isBefore(lastHalving)) {
                int half = members.size() / 2;
                commit(members.subList(0, half), lastHalving);
                commit(members.subList(half, members.size()), lastHalving);
            } else {
                LOG.warn("Staging rows of {} failed", members.getFirst().request().table(), failure);
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

    private LogPut.Result put(Storage storage, Location table, AppendEntry entry, Instant deadline) {
        byte[] content = LogEntryCodec.encode(entry.actions());
        try {
            return logPut.put(
                    storage, LogFile.of(table, entry.version()), entry.version(), content, entry.txnId(), deadline);
        } catch (RuntimeException | Error unexpected) {
            LOG.error("The outcome of version {} of {} is lost", entry.version(), table, unexpected);
            return new LogPut.Result.Unknown();
        }
    }

    /// No rows, and no request that must be recognised: the table stays as it is.
    private static boolean isNothing(List<? extends Member<?>> members, Staged staged) {
        return staged.files().isEmpty()
                && members.stream().allMatch(member -> member.request().identity().isEmpty());
    }

    private static void settle(List<? extends Member<?>> members, long version, Staged staged) {
        long bytes = staged.files().stream().mapToLong(Action.AddFile::size).sum();
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

    private AppendEntry.Author author() {
        return new AppendEntry.Author(
                engineInfo,
                surroundings.clock().instant(),
                surroundings.transactionIds().get().toString());
    }

    private boolean pause(int attempt, Instant deadline) {
        if (attempt >= settings.attempts() || !surroundings.clock().instant().isBefore(deadline)) {
            return false;
        }
        try {
            surroundings.sleeper().sleep(backoff.before(attempt));
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Duration retryAfter() {
        return Duration.ofSeconds(1 + surroundings.random().nextInt(3));
    }

    /// Deletes files that no log entry names and none can any more; what stays behind is vacuum's.
    private static void discard(Storage storage, Location table, Staged staged) {
        for (Action.AddFile file : staged.files()) {
            try {
                String path = Location.parse("file:///" + file.path()).path();
                storage.delete(table.resolve(path.substring(1)));
            } catch (IOException | RuntimeException leftBehind) {
                LOG.info("An unused data file stays until vacuum: {}", file.path(), leftBehind);
            }
        }
    }
}
