package io.sluice.compute.scan;

import io.sluice.compute.Answer;
import io.sluice.compute.Question;
import io.sluice.compute.Question.Position;
import io.sluice.compute.scan.QuestionSql.Paging;
import java.util.Optional;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/// Counts rows against the limit. Where one more than it was asked for, that row is where the next page begins.
public final class Page {

    private final long limit;
    private final int columns;
    private final Question question;
    private long seen;
    private Optional<Position> next = Optional.empty();

    /// @param columns of the answer; the row's place stands after them
    public Page(Question question, int columns, Paging paging) {
        this.question = question;
        this.columns = columns;
        this.limit = switch (paging) {
            case NEXT_PAGE -> question.limit().orElse(Long.MAX_VALUE);
            case WHOLE -> Long.MAX_VALUE;
        };
    }

    public boolean wantsMore() {
        return next.isEmpty();
    }

    /// How many rows of the batch belong to the answer.
    public int take(VectorSchemaRoot batch) {
        int rows = (int) Math.min(batch.getRowCount(), limit - seen);
        seen += rows;
        if (rows < batch.getRowCount()) {
            next = Optional.of(place(batch, rows));
        }
        return rows;
    }

    /// Ends the page before this batch, because it is large enough.
    public void endBefore(VectorSchemaRoot batch) {
        if (batch.getRowCount() > 0) {
            next = Optional.of(place(batch, 0));
        }
    }

    private Position place(VectorSchemaRoot batch, int row) {
        if (question.orderBy().isEmpty()) {
            return new Position.Row(
                    (int) ((BigIntVector) batch.getVector(columns)).get(row),
                    ((BigIntVector) batch.getVector(columns + 1)).get(row));
        }
        long before = question.start().orElse(null) instanceof Position.Offset(var rows) ? rows : 0;
        return new Position.Offset(before + seen);
    }

    public Answer answer() {
        return new Answer(seen, next);
    }
}
