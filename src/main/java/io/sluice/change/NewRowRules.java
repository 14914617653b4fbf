package io.sluice.change;

import io.sluice.compute.change.RowRule;
import io.sluice.compute.change.RuleSql;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.List;

/// What a table demands of every new row: NOT NULL columns and fields, partition values that Delta can write down.
final class NewRowRules {

    private static final String NOT_NULL = "NOT NULL";

    private NewRowRules() {}

    static List<RowRule> of(TableSnapshot snapshot) {
        var rules = new ArrayList<RowRule>();
        for (Column column : snapshot.schema().columns()) {
            RuleSql.notNull(column)
                    .ifPresent(sql -> rules.add(new RowRule(
                            NOT_NULL, column.name(), sql, "a null in " + column.name() + ", where none may be")));
            if (column.type() == DataType.Primitive.STRING && isPartition(snapshot, column)) {
                rules.add(new RowRule(
                        "partition values",
                        column.name(),
                        RuleSql.notEmpty(column),
                        "an empty text in " + column.name() + ", which Delta cannot tell from null there"));
            }
        }
        return rules;
    }

    private static boolean isPartition(TableSnapshot snapshot, Column column) {
        return snapshot.metadata().partitionColumns().stream().anyMatch(column.name()::equalsIgnoreCase);
    }
}
