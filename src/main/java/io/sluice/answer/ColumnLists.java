package io.sluice.answer;

import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.Question.Direction;
import io.sluice.compute.Question.Order;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The parameters `select` and `orderBy`.
public final class ColumnLists {

    private static final int MOST_PATHS = 10_000;

    private ColumnLists() {}

    /// `a,b.c`; everything when it is empty. A field of a struct comes as a column named by its path.
    public static List<AnswerColumn> select(String text, Schema schema) {
        if (text.isEmpty()) {
            return schema.columns().stream().map(AnswerColumn::of).toList();
        }
        Set<String> names = new HashSet<>();
        var columns = new ArrayList<AnswerColumn>();
        for (String item : items(text, "select")) {
            ColumnPath path = ColumnPath.parse(item, schema, "select");
            if (!names.add(path.text().toLowerCase(Locale.ROOT))) {
                throw new Failure.BadParameter("select", ColumnPath.shortened(path.text()) + " is named twice")
                        .asException();
            }
            columns.add(new AnswerColumn(path.path(), new Column(path.text(), path.type(), true, Map.of())));
        }
        return columns;
    }

    /// `a,-b`: up, and down after a minus.
    public static List<Order> orderBy(String text, Schema schema) {
        if (text.isEmpty()) {
            return List.of();
        }
        var order = new ArrayList<Order>();
        for (String item : items(text, "orderBy")) {
            boolean down = item.startsWith("-");
            ColumnPath path = ColumnPath.parse(down ? item.substring(1).strip() : item, schema, "orderBy");
            if (path.type() instanceof DataType.Map || path.type() == DataType.Primitive.VARIANT) {
                throw new Failure.BadParameter("orderBy", ColumnPath.shortened(path.text()) + " has no order")
                        .asException();
            }
            order.add(new Order(path.path(), down ? Direction.DESCENDING : Direction.ASCENDING));
        }
        return order;
    }

    private static List<String> items(String text, String parameter) {
        List<String> items = ColumnPath.split(text, ',', parameter);
        if (items.size() > MOST_PATHS) {
            throw new Failure.BadParameter(parameter, "it names more than " + MOST_PATHS + " columns").asException();
        }
        return items;
    }
}
