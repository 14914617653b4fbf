package io.sluice.ingest.stage;

import io.sluice.api.Requester;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.TableCommits;
import io.sluice.compute.RowBatch;
import io.sluice.delta.IdentityColumn;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Identity values for rows that become files before their commit: ranges are taken from the table by commits of their
/// own, so that nobody else hands the same values out. Those that are not used stay unused.
///
/// Each range is twice as large as the one before, so that a large body takes few.
public final class IdentityReservation {

    private static final long FIRST_RANGE = 1 << 16;

    private final TableCommits commits;
    private final TableName table;
    private final TableSnapshot snapshot;
    private final List<IdentityColumn> identities;
    private final Map<Integer, Range> ranges = new HashMap<>();
    private long nextRange = FIRST_RANGE;

    /// @param snapshot that the rows are checked against
    public IdentityReservation(TableCommits commits, TableName table, TableSnapshot snapshot) {
        this.commits = commits;
        this.table = table;
        this.snapshot = snapshot;
        this.identities = IdentityColumn.of(snapshot.schema());
    }

    /// Values from `column` on, after `used` of `size` are gone.
    private static final class Range {

        private final IdentityColumn column;
        private final long size;
        private long used;

        Range(IdentityColumn column, long size) {
            this.column = column;
            this.size = size;
        }

        long take() {
            return column.value(used++);
        }
    }

    /// The batch with values for the rows that did not bring one.
    ///
    /// @throws io.sluice.table.FailureException why no values could be taken
    public RowBatch filled(RowBatch batch) {
        RowBatch filled = batch;
        for (IdentityColumn identity : identities) {
            int count = batch.absent(identity.index()).cardinality();
            if (count > 0) {
                filled = filled.filled(identity.index(), () -> next(identity.index()));
            }
        }
        return filled;
    }

    /// As [#filled(RowBatch)], of small batches.
    public List<RowBatch> filled(List<RowBatch> batches) {
        var filled = new ArrayList<RowBatch>(batches.size());
        batches.forEach(batch -> filled.add(filled(batch)));
        return filled;
    }

    private long next(int column) {
        Range range = ranges.get(column);
        if (range == null || range.used == range.size) {
            range = reserve(column, nextRange);
            nextRange = Math.min(nextRange * 2, 1L << 40);
            ranges.put(column, range);
        }
        return range.take();
    }

    /// What the log keeps of a reservation.
    ///
    /// @param start of the column
    /// @param mark before the reservation
    record Reserved(long start, long step, Optional<Long> mark) {}

    private Range reserve(int column, long size) {
        var request = new ChangeRequest(
                table,
                snapshot.location(),
                Optional.of(snapshot),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Requester.current(),
                ChangeRequest.OnConflict.RUN_AGAIN);
        return switch (commits.change(request, new Work(column, size))) {
            case ChangeOutcome.Committed<Reserved>(long _, Reserved reserved) -> range(column, reserved, size);
            case ChangeOutcome.Untouched<Reserved>(long _, Reserved reserved) -> range(column, reserved, size);
            case ChangeOutcome.Replayed<Reserved> _ -> throw new Failure.Internal().asException();
            case ChangeOutcome.Refused<Reserved>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<Reserved>() -> throw new Failure.OutcomeUnknown().asException();
        };
    }

    private static Range range(int column, Reserved reserved, long size) {
        OptionalLong mark = reserved.mark().map(OptionalLong::of).orElseGet(OptionalLong::empty);
        return new Range(new IdentityColumn(column, "", reserved.start(), reserved.step(), mark), size);
    }

    private record Work(int column, long size) implements ChangeWork<Reserved> {

        @Override
        public Preparation<Reserved> prepare(TableSnapshot current) {
            IdentityColumn identity = IdentityColumn.of(current.schema()).stream()
                    .filter(candidate -> candidate.index() == column)
                    .findFirst()
                    .orElseThrow(() -> new Failure.MetadataChanged(current.version()).asException());
            Optional<Long> mark =
                    identity.mark().isPresent() ? Optional.of(identity.mark().getAsLong()) : Optional.empty();
            var operation = new Preparation.Operation("RESERVE IDENTITY", Map.of("column", identity.name()), Map.of());
            return new Preparation.Change<>(
                    operation,
                    List.of(),
                    List.of(IdentityColumn.advanced(current.metadata(), Map.of(column, size))),
                    List.of(),
                    new Reserved(identity.start(), identity.step(), mark));
        }

        @Override
        public Class<Reserved> resultType() {
            return Reserved.class;
        }
    }
}
