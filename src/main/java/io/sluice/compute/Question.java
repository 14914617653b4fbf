package io.sluice.compute;

import io.sluice.table.Column;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What is asked of a [Scan].
///
/// @param columns of the answer, in its order
/// @param filters rows that satisfy all of them
/// @param orderBy ties, and everything where it is empty, go by file and row number if `position` is set
/// @param limit rows at most
/// @param start where in that order the answer begins
public record Question(
        Scan scan,
        List<AnswerColumn> columns,
        List<Filter> filters,
        List<Order> orderBy,
        OptionalLong limit,
        Optional<Position> start) {

    private static final int SHORT_ANSWER_ROWS = 1000;

    public Question {
        columns = List.copyOf(columns);
        filters = List.copyOf(filters);
        orderBy = List.copyOf(orderBy);
    }

    /// Whether the answer leaves at once whatever the client's pace, and so keeps no thread from others.
    public boolean isShort() {
        return limit.isPresent() && limit.getAsLong() <= SHORT_ANSWER_ROWS;
    }

    /// The same question to another scan of the same columns.
    public Question of(Scan other) {
        return new Question(other, columns, filters, orderBy, limit, start);
    }

    /// Every column and row.
    public static Question everything(Scan scan) {
        return new Question(
                scan,
                scan.schema().columns().stream().map(AnswerColumn::of).toList(),
                List.of(),
                List.of(),
                OptionalLong.empty(),
                Optional.empty());
    }

    /// @param path logical names from the top-level column down
    /// @param column the name in the answer, and the type of the value at the path
    public record AnswerColumn(List<String> path, Column column) {

        public static AnswerColumn of(Column column) {
            return new AnswerColumn(List.of(column.name()), column);
        }
    }

    /// @param path logical names from the top-level column down
    public record Order(List<String> path, Direction direction) {}

    public enum Direction {
        ASCENDING,
        DESCENDING
    }

    /// A place in the order of an answer.
    public sealed interface Position {

        /// Before the row with this number (from 0) of this file of the scan, for answers without `orderBy`.
        record Row(int file, long row) implements Position {}

        /// Before the row with this number (from 0) of the answer.
        record Offset(long rows) implements Position {}
    }
}
