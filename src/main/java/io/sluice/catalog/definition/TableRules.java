package io.sluice.catalog.definition;

import io.sluice.compute.RowRules;
import io.sluice.compute.RuleProbe;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// Whether a table's constraints, defaults, generated and identity columns may be what a request makes of them.
public final class TableRules {

    private static final List<String> KINDS =
            List.of(NewColumns.DEFAULT, NewColumns.GENERATED_AS, NewColumns.IDENTITY_START);

    private final RuleProbe probe;
    private final Clock clock;

    public TableRules(RuleProbe probe, Clock clock) {
        this.probe = probe;
        this.clock = clock;
    }

    /// @param properties with the constraints among them
    /// @return the rules
    /// @throws FailureException `invalid-schema`; `unsupported-table-feature` for an expression that is not
    ///     computed here
    public RowRules check(Schema schema, Map<String, String> properties, List<String> partitionBy) {
        for (Column column : schema.columns()) {
            checkColumn(column, partitionBy);
        }
        RowRules rules = RowRules.declared(schema, properties, clock.instant());
        if (!rules.isEmpty()) {
            probe.requireComputable(rules);
        }
        return rules;
    }

    /// As [#check], of one constraint alone.
    ///
    /// @param key the property that it is
    RowRules checkConstraint(Schema schema, String key, String expression) {
        RowRules rule = constraint(schema, key, expression);
        probe.requireComputable(rule);
        return rule;
    }

    /// One constraint of a table, as a request declares it.
    RowRules constraint(Schema schema, String key, String expression) {
        return RowRules.declaredConstraint(schema, key, expression, clock.instant());
    }

    private static void checkColumn(Column column, List<String> partitionBy) {
        List<String> kinds =
                KINDS.stream().filter(column.metadata()::containsKey).toList();
        if (kinds.size() > 1) {
            throw invalid("the column " + column.name() + " has more than one of default, generatedAs and identity");
        }
        if (!kinds.isEmpty() && !(column.type() instanceof Primitive) && !(column.type() instanceof DataType.Decimal)) {
            throw invalid("the column " + column.name() + " has a type that is not filled by an expression");
        }
        if (kinds.contains(NewColumns.IDENTITY_START)) {
            checkIdentity(column, partitionBy);
        }
    }

    private static void checkIdentity(Column column, List<String> partitionBy) {
        if (column.type() != Primitive.LONG) {
            throw invalid("the identity column " + column.name() + " is not a long");
        }
        if (partitionBy.stream().anyMatch(column.name()::equalsIgnoreCase)) {
            throw invalid("the table cannot be partitioned by the identity column " + column.name());
        }
    }

    private static FailureException invalid(String reason) {
        return new Failure.InvalidSchema(reason).asException();
    }
}
