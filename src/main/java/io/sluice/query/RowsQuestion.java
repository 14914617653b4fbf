package io.sluice.query;

import io.sluice.answer.ColumnLists;
import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Question.Order;
import io.sluice.compute.TablePart;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.SoftDeleteColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A request's parameters, read against the schema of the version that it asks, as far as the caller may read it.
///
/// @param partition the condition of `partition=`, where it may be told that no file is of the partition; empty for a
///     caller from whom rows are hidden, since files that have only such rows would be told apart from none
/// @param filters all conditions, that of the partition among them
record RowsQuestion(
        List<AnswerColumn> columns,
        List<Filter> filters,
        List<Order> orderBy,
        Optional<Filter> partition,
        Optional<Shard> shard) {

    /// @throws FailureException `bad-parameter`, `bad-filter`
    static RowsQuestion of(RowsRequest request, TableSnapshot snapshot, FilterLimits limits) {
        TablePart part = TablePart.of(request.within(), request.table(), snapshot.schema(), limits);
        Schema schema = part.visible();
        var filters = new ArrayList<Filter>();
        part.rows().ifPresent(filters::add);
        if (!request.where().isEmpty()) {
            filters.add(part.guarded(Filter.parse(request.where(), schema, limits)));
        }
        Optional<Filter> partition = request.partition().isEmpty()
                ? Optional.empty()
                : Optional.of(part.guarded(partition(request.partition(), snapshot, schema, limits)));
        partition.ifPresent(filters::add);
        if (!includesDeleted(request.includeDeleted())) {
            notDeleted(snapshot, limits).ifPresent(filters::add);
        }
        return new RowsQuestion(
                ColumnLists.select(request.select(), schema),
                filters,
                ColumnLists.orderBy(request.orderBy(), schema),
                part.rows().isPresent() ? Optional.empty() : partition,
                request.shard().isEmpty() ? Optional.empty() : Optional.of(Shard.parse(request.shard())));
    }

    private static Filter partition(String text, TableSnapshot snapshot, Schema visible, FilterLimits limits) {
        List<String> columns = snapshot.metadata().partitionColumns().stream()
                .filter(name -> visible.find(name).isPresent())
                .toList();
        String condition = Partition.condition(text, columns);
        try {
            return Filter.parse(condition, visible, limits);
        } catch (FailureException e) {
            throw e.failure() instanceof Failure.BadFilter(String reason)
                    ? new Failure.BadParameter("partition", reason).asException(e)
                    : e;
        }
    }

    private static Optional<Filter> notDeleted(TableSnapshot snapshot, FilterLimits limits) {
        return SoftDeleteColumn.of(snapshot.schema(), snapshot.metadata().configuration())
                .map(Column::name)
                .map(name -> Filter.parse("`" + name.replace("`", "``") + "` IS NULL", snapshot.schema(), limits));
    }

    private static boolean includesDeleted(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "", "false" -> false;
            default -> throw new Failure.BadParameter("includeDeleted", "it is true or false").asException();
        };
    }
}
