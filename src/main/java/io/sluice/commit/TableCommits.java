package io.sluice.commit;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.commit.change.ChangeCommit;
import io.sluice.commit.change.ChangeMember;
import io.sluice.commit.change.ChangeTurn;
import io.sluice.commit.conflict.DefinitionRules;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.group.Aftermath;
import io.sluice.commit.group.CheckpointQueue;
import io.sluice.commit.group.CommitMetrics;
import io.sluice.commit.group.EntryPut;
import io.sluice.commit.group.FirstCommit;
import io.sluice.commit.group.GroupCommit;
import io.sluice.commit.group.InFlight;
import io.sluice.commit.group.Member;
import io.sluice.commit.group.Surroundings;
import io.sluice.commit.group.TableQueue;
import io.sluice.commit.log.FullJitter;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableSpec;
import io.sluice.storage.Location;
import io.sluice.storage.RootSafety;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import io.sluice.table.User;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/// Commits to tables: one at a time per table in this process, appends that wait go together.
@Component
public class TableCommits implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableCommits.class);

    private final Storages storages;
    private final CommitSettings settings;
    private final Surroundings surroundings;
    private final Receipts receipts;
    private final InFlight inFlight;
    private final GroupCommit groupCommit;
    private final ChangeCommit changeCommit;
    private final FirstCommit firstCommit;
    private final CheckpointQueue checkpointQueue;
    private final Aftermath aftermath;
    private final Map<Location, TableQueue> queues = new ConcurrentHashMap<>();
    private final Function<Location, Optional<Failure>> unsafe;
    private final Map<Location, ChangeTurn> changes = new ConcurrentHashMap<>();
    private volatile boolean closed;

    @Autowired
    public TableCommits(
            Storages storages,
            Snapshots snapshots,
            Checkpoints checkpoints,
            CommitSettings settings,
            MeterRegistry meters,
            @Value("${sluice.limits.idempotency-window:72h}") Duration idempotencyWindow,
            @Value("${spring.application.version:development}") String version,
            RootSafety safety) {
        this(
                storages,
                snapshots,
                checkpoints,
                settings,
                meters,
                idempotencyWindow,
                version,
                Surroundings.ofTheMachine(),
                safety::refusal);
    }

    /// @param unsafe why a table on its storage may not be written
    TableCommits(
            Storages storages,
            Snapshots snapshots,
            Checkpoints checkpoints,
            CommitSettings settings,
            MeterRegistry meters,
            Duration idempotencyWindow,
            String version,
            Surroundings surroundings,
            Function<Location, Optional<Failure>> unsafe) {
        this.storages = storages;
        this.unsafe = unsafe;
        this.settings = settings;
        this.surroundings = surroundings;
        this.receipts = new Receipts(storages, surroundings.clock(), idempotencyWindow);
        this.inFlight = new InFlight(surroundings, settings.duplicateWait());
        FullJitter backoff = new FullJitter(surroundings.random(), settings.firstBackoff(), settings.longestBackoff());
        LogPut logPut = new LogPut(surroundings.clock(), surroundings.sleeper(), backoff);
        String engineInfo = "Sluice/" + version;
        this.checkpointQueue = new CheckpointQueue(snapshots, checkpoints, receipts::memory, surroundings.ticker());
        this.firstCommit = new FirstCommit(storages, snapshots, logPut, settings, surroundings, engineInfo);
        EntryPut entryPut = new EntryPut(logPut, backoff, settings, surroundings, engineInfo);
        this.aftermath = new Aftermath(storages, snapshots, checkpointQueue);
        CommitMetrics metrics = new CommitMetrics(meters);
        this.groupCommit =
                new GroupCommit(storages, snapshots, receipts, entryPut, settings, surroundings, aftermath, metrics);
        this.changeCommit =
                new ChangeCommit(storages, snapshots, receipts, entryPut, settings, surroundings, aftermath, metrics);
    }

    /// Why nothing can be committed here, whatever it is: before any work is done for it.
    public Optional<Failure> refusal(Location location) {
        return closed ? Optional.of(new Failure.ShuttingDown(surroundings.retryAfter())) : unsafe.apply(location);
    }

    /// Waits until the request's rows are in the log or will not be.
    ///
    /// @param stager the same object for all requests that may share a commit
    public <R> CommitOutcome append(AppendRequest<R> request, Stager<R> stager) {
        return request.identity()
                .map(identity -> inFlight.once(
                        request.location(),
                        identity,
                        () -> enqueue(request, stager),
                        () -> new CommitOutcome.Refused(new Failure.RequestInProgress())))
                .orElseGet(() -> enqueue(request, stager));
    }

    /// Waits until the change is in the log or will not be. Changes of one table are computed one after the other,
    /// in the order in which they came; appends go on meanwhile.
    ///
    /// @param work runs on the calling thread
    public <R> ChangeOutcome<R> change(ChangeRequest request, ChangeWork<R> work) {
        return change(ChangeMember.alone(request, work));
    }

    /// The same for work that computes the changes of requests together that wait for the table.
    ///
    /// @param what the request wants
    /// @param work equal for all requests that may share a commit; runs on the thread of one of them
    public <Q, R> ChangeOutcome<R> change(ChangeRequest request, Q what, GroupWork<Q, R> work) {
        return change(new ChangeMember<>(request, what, work));
    }

    private <Q, R> ChangeOutcome<R> change(ChangeMember<Q, R> member) {
        ChangeRequest request = member.request();
        return request.identity()
                .map(identity -> inFlight.once(
                        request.location(),
                        identity,
                        () -> takeTurn(member),
                        () -> new ChangeOutcome.Refused<R>(new Failure.RequestInProgress())))
                .orElseGet(() -> takeTurn(member));
    }

    /// Creates a table with version 0.
    ///
    /// @param user the caller, for `commitInfo`
    /// @return `Committed`, or `Refused` with `table-exists`, `invalid-schema` or what the store said, or
    ///     `Unknown`
    public CommitOutcome create(TableName table, Location location, TableSpec spec, Optional<User> user) {
        CommitOutcome outcome = refusal(location)
                .<CommitOutcome>map(CommitOutcome.Refused::new)
                .orElseGet(() -> firstCommit.commit(table, location, spec, user));
        if (outcome instanceof CommitOutcome.Committed) {
            aftermath.created(table);
        }
        return outcome;
    }

    /// What the table's log already answers to a request with this identity: its earlier outcome, or that its key
    /// belongs to another request. Empty when it is new, as far as this snapshot tells; [#append] looks again.
    ///
    /// @throws io.sluice.table.FailureException `storage-unavailable`
    public Optional<CommitOutcome> findReplay(TableSnapshot snapshot, RequestIdentity identity) {
        return receipts.find(snapshot, identity);
    }

    /// The same for a change: also when it is known that nothing has to be computed.
    ///
    /// @param resultType what the change was answered with
    public <R> Optional<ChangeOutcome<R>> findReplay(
            TableSnapshot snapshot, RequestIdentity identity, Class<R> resultType) {
        return receipts.find(snapshot, identity, resultType);
    }

    /// Why rows that were checked against an earlier definition cannot be appended to the table any more.
    public Optional<Failure> conflictSince(CheckedDefinition checked, TableSnapshot snapshot) {
        return DefinitionRules.conflict(storages.of(snapshot.location()), checked, snapshot);
    }

    /// Has somebody told of every commit, and of every table that is made, from now on.
    public void listen(CommitListener listener) {
        aftermath.listen(listener);
    }

    /// Writes a checkpoint of the table's latest version, if it has none.
    ///
    /// @return the version
    /// @throws io.sluice.table.FailureException `storage-unavailable`, `table-corrupt`,
    ///     `unsupported-table-feature`
    /// @throws IOException when it could not be written
    public long checkpoint(Location table) throws IOException {
        return checkpointQueue.now(table);
    }

    /// Runs while nothing is being committed to the table by this process, nor written into its log after a
    /// commit: for what is no commit, such as dropping it.
    public void betweenCommits(Location table, Runnable change) {
        queue(table).inTurn(() -> checkpointQueue.without(table, change));
    }

    /// Takes no more requests, waits until those that were taken are answered, and writes the checkpoints that are
    /// due.
    @Override
    public void close() throws InterruptedException {
        closed = true;
        queues.values().forEach(TableQueue::close);
        Instant limit = surroundings.clock().instant().plus(settings.drainTime());
        for (Map.Entry<Location, TableQueue> queue : queues.entrySet()) {
            Duration left = Duration.between(surroundings.clock().instant(), limit);
            if (!queue.getValue().awaitIdle(left)) {
                LOG.warn("Requests to {} were still under way at the end", queue.getKey());
            }
        }
        for (Map.Entry<Location, ChangeTurn> turn : changes.entrySet()) {
            if (!turn.getValue().awaitIdle(Duration.between(surroundings.clock().instant(), limit))) {
                LOG.warn("Changes of {} were still under way at the end", turn.getKey());
            }
        }
        if (!checkpointQueue.close(Duration.between(surroundings.clock().instant(), limit))) {
            LOG.warn("A checkpoint was still being written at the end; later commits will write another");
        }
    }

    private <Q, R> ChangeOutcome<R> takeTurn(ChangeMember<Q, R> member) {
        Location table = member.request().location();
        Optional<Failure> refused = refusal(table);
        if (refused.isPresent()) {
            return new ChangeOutcome.Refused<>(refused.get());
        }
        return changes.computeIfAbsent(table, _ -> new ChangeTurn(settings, surroundings::retryAfter))
                .take(member, group -> changeCommit.commit(group, queue(table)));
    }

    private <R> CommitOutcome enqueue(AppendRequest<R> request, Stager<R> stager) {
        Instant expires = surroundings.clock().instant().plus(settings.queueTime());
        Member<R> member = new Member<>(request, stager, expires);
        TableQueue queue = queue(request.location());
        Optional<Failure> refused = refusal(request.location()).or(() -> queue.offer(member));
        return refused.<CommitOutcome>map(CommitOutcome.Refused::new).orElseGet(() -> await(queue, member));
    }

    private CommitOutcome await(TableQueue queue, Member<?> member) {
        try {
            return member.answer().get(settings.answerTime().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return abandoned(queue, member, new Failure.ShuttingDown(surroundings.retryAfter()));
        } catch (TimeoutException heldUp) {
            return abandoned(
                    queue, member, new Failure.Overloaded("sluice.commit.answer-time", surroundings.retryAfter()));
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("an outcome never completes exceptionally", impossible);
        }
    }

    private static CommitOutcome abandoned(TableQueue queue, Member<?> member, Failure failure) {
        return queue.withdraw(member)
                ? new CommitOutcome.Refused(failure)
                : member.answer().getNow(new CommitOutcome.Unknown());
    }

    private TableQueue queue(Location table) {
        return queues.computeIfAbsent(
                table, _ -> new TableQueue(settings, surroundings, groupCommit, TableCommits::onThreadOfItsOwn));
    }

    private static void onThreadOfItsOwn(Runnable task) {
        Thread.ofVirtual().name("commit").start(task);
    }
}
