package io.sluice.change;

import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.change.RowSource;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/// Small upserts of one table that come while another is under way, made together: one look for the rows, one version.
///
/// A request whose keys one before it has too waits for the next round, so that their order is kept. One that fails
/// does not fail the others: they are made one by one then.
@Component
class UpsertGroups {

    /// A request with more rows is made alone.
    static final int SMALL_ROWS = 1000;

    private static final int MOST_MEMBERS = 256;
    private static final int MOST_ROWS = 20_000;
    private static final ChangeHeaders NO_HEADERS =
            new ChangeHeaders(Optional.empty(), Optional.empty(), OptionalLong.empty());

    private final TableChanges changes;
    private final Map<Kind, Lane> lanes = new ConcurrentHashMap<>();

    UpsertGroups(TableChanges changes) {
        this.changes = changes;
    }

    /// What requests must share to be made together.
    private record Kind(Location table, List<String> key, Schema schema) {}

    private record Lane(Queue<Member> waiting, ReentrantLock turn) {}

    private record Member(
            TableName table,
            TableSnapshot snapshot,
            List<String> key,
            List<RowBatch> rows,
            FilterLimits limits,
            CompletableFuture<TableChanges.Changed> answer) {

        int count() {
            return rows.stream().mapToInt(RowBatch::rows).sum();
        }
    }

    /// Answers when the request's rows are in the log, or why they are not.
    TableChanges.Changed upsert(
            TableName table, TableSnapshot snapshot, List<String> key, List<RowBatch> rows, FilterLimits limits) {
        var kind = new Kind(snapshot.location(), key, snapshot.schema());
        Lane lane = lanes.computeIfAbsent(kind, _ -> new Lane(new ConcurrentLinkedQueue<>(), new ReentrantLock()));
        var member = new Member(table, snapshot, key, rows, limits, new CompletableFuture<>());
        lane.waiting().add(member);
        while (!member.answer().isDone()) {
            lane.turn().lock();
            try {
                if (!member.answer().isDone()) {
                    make(lane.waiting());
                }
            } finally {
                lane.turn().unlock();
            }
        }
        if (lane.waiting().isEmpty()) {
            lanes.remove(kind, lane);
        }
        return answer(member);
    }

    private static TableChanges.Changed answer(Member member) {
        try {
            return member.answer().join();
        } catch (java.util.concurrent.CompletionException e) {
            throw e.getCause() instanceof FailureException failure ? failure : e;
        }
    }

    private void make(Queue<Member> waiting) {
        var group = new ArrayList<Member>();
        int rows = 0;
        for (Member next = waiting.peek();
                next != null && group.size() < MOST_MEMBERS && rows + next.count() <= MOST_ROWS;
                next = waiting.peek()) {
            group.add(waiting.remove());
            rows += next.count();
        }
        if (group.size() == 1) {
            alone(group.getFirst());
        } else {
            together(group);
        }
    }

    private void alone(Member member) {
        try {
            member.answer().complete(change(member, member.rows(), List.of()));
        } catch (RuntimeException | Error e) {
            member.answer().completeExceptionally(e);
        }
    }

    /// Those whose turn has not come are made next, before any that came later.
    private void together(List<Member> group) {
        List<Member> left = group;
        while (!left.isEmpty()) {
            var sizes = left.stream().map(Member::count).toList();
            var rows = left.stream().flatMap(member -> member.rows().stream()).toList();
            TableChanges.Changed changed;
            try {
                changed = change(left.getFirst(), rows, sizes);
            } catch (FailureException e) {
                List<Member> failed = left;
                if (isOfRows(e.failure())) {
                    failed.forEach(this::alone);
                } else {
                    failed.forEach(member -> member.answer().completeExceptionally(e));
                }
                return;
            } catch (RuntimeException | Error e) {
                left.forEach(member -> member.answer().completeExceptionally(e));
                return;
            }
            var later = new ArrayList<Member>();
            for (int i = 0; i < left.size(); i++) {
                boolean made = changed.result().members().get(i).rows() == sizes.get(i);
                if (made) {
                    left.get(i)
                            .answer()
                            .complete(new TableChanges.Changed(
                                    changed.version(), changed.result().of(i), false));
                } else {
                    later.add(left.get(i));
                }
            }
            left = later;
        }
    }

    /// Whether the rows of one request are to blame, so that others may go well without it.
    private static boolean isOfRows(Failure failure) {
        return switch (failure) {
            case Failure.DuplicateKeys _, Failure.ConstraintViolated _, Failure.BadSql _, Failure.BadRows _ -> true;
            default -> false;
        };
    }

    private TableChanges.Changed change(Member first, List<RowBatch> rows, List<Integer> members) {
        var plan = new UpsertPlan(
                first.key(), RowSource.Duplicates.REFUSED, Optional.empty(), rows, members, first.limits());
        return changes.change(first.table(), NO_HEADERS, Optional.of(first.snapshot()), "", plan);
    }
}
