package io.sluice.compute;

import io.sluice.compute.rule.Check;
import io.sluice.compute.rule.Filling;
import io.sluice.compute.rule.RuleReader;
import io.sluice.compute.rule.RulesSql;
import io.sluice.table.Column;
import io.sluice.table.Predicate;
import io.sluice.table.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a table demands of the rows that are written to it, beyond types and NOT NULL: CHECK constraints, invariants,
/// generated columns, defaults, identity columns.
///
/// Rows that arrive in batches go through [RuledRows]. Whoever has rows in DuckDB wraps them with [#select], writes
/// what comes out, and refuses the rows whose [#VIOLATED] is not null.
public final class RowRules {

    /// The column of [#select] that tells which of [#rules] a row breaks, by its place from 0; null where it
    /// breaks none.
    public static final String VIOLATED = RulesSql.VIOLATED;

    /// A rule that a row can break.
    ///
    /// @param constraint its name; of a rule of a column the column's
    /// @param column that it belongs to; empty for the row as a whole
    /// @param reason what is wrong with a row that breaks it, for the client
    public record Rule(String constraint, String column, String reason) {}

    private final Schema schema;
    private final List<Check> checks;
    private final List<Filling> fillings;
    private final RulesSql sql;

    private RowRules(Schema schema, List<Check> checks, List<Filling> fillings) {
        this.schema = schema;
        this.checks = checks;
        this.fillings = fillings;
        this.sql = new RulesSql(schema, checks, fillings);
    }

    /// The rules that a table's schema and properties hold.
    ///
    /// @param now the time that defaults may ask for
    /// @throws io.sluice.table.FailureException `unsupported-table-feature` naming the feature and the expression
    ///     that is not computed here
    public static RowRules of(Schema schema, Map<String, String> configuration, Instant now) {
        return of(new RuleReader(schema, configuration, now, RuleReader.Origin.TABLE), schema);
    }

    /// The rules of a schema and properties that a request declares.
    ///
    /// @throws io.sluice.table.FailureException `invalid-schema` for a text that is no expression over the schema,
    ///     else as [#of]
    public static RowRules declared(Schema schema, Map<String, String> configuration, Instant now) {
        return of(new RuleReader(schema, configuration, now, RuleReader.Origin.REQUEST), schema);
    }

    /// One CHECK constraint that a request declares.
    ///
    /// @param key the property that it is
    /// @throws io.sluice.table.FailureException as [#declared]
    public static RowRules declaredConstraint(Schema schema, String key, String expression, Instant now) {
        var reader = new RuleReader(schema, Map.of(key, expression), now, RuleReader.Origin.REQUEST);
        return new RowRules(schema, reader.checks(), List.of());
    }

    /// The rows that do not satisfy all conditions, as a filter.
    public Filter violating() {
        String satisfied = checks.stream()
                .map(check -> "coalesce(TRY(" + check.sql() + "), false)")
                .collect(Collectors.joining(" AND "));
        List<String> reads = checks.stream()
                .flatMap(check -> check.reads().stream())
                .distinct()
                .toList();
        return new Filter(
                "NOT (" + satisfied + ")",
                reads,
                new Predicate.Anything(),
                new Predicate.Anything(),
                Filter.RowOrder.LOST);
    }

    private static RowRules of(RuleReader reader, Schema schema) {
        return new RowRules(schema, reader.checks(), reader.fillings());
    }

    /// The rules of a table that has none.
    public static RowRules none(Schema schema) {
        return new RowRules(schema, List.of(), List.of());
    }

    /// These rules and a condition that must be true for every row; where it cannot be computed, it is not.
    ///
    /// @param name of the condition, for the client
    public RowRules and(String name, String text, RowExpression condition) {
        var more = new ArrayList<>(checks);
        List<String> reads =
                condition.paths().stream().map(List::getFirst).distinct().toList();
        more.add(new Check(name, "", "TRY(" + condition.sql() + ")", reads, text));
        return new RowRules(schema, List.copyOf(more), fillings);
    }

    public Schema schema() {
        return schema;
    }

    /// Whether rows need nothing but their types and NOT NULL.
    public boolean isEmpty() {
        return checks.isEmpty() && fillings.isEmpty();
    }

    /// Whether nothing is to be computed or checked: only values that the commit hands out are missing.
    boolean areKept(RowBatch batch) {
        return checks.isEmpty()
                && fillings.stream()
                        .allMatch(filling -> filling instanceof Filling.Identity identity
                                && (!identity.always()
                                        || batch.absent(schema.columns().indexOf(filling.column()))
                                                        .cardinality()
                                                == batch.rows()));
    }

    List<Filling> fillings() {
        return fillings;
    }

    /// The table features that the rules belong to.
    public List<String> features() {
        return Stream.concat(
                        checks.stream().map(check -> check.column().isEmpty() ? "checkConstraints" : "invariants"),
                        fillings.stream().map(filling -> switch (filling) {
                            case Filling.Default _ -> "allowColumnDefaults";
                            case Filling.Generated _ -> "generatedColumns";
                            case Filling.Identity _ -> "identityColumns";
                        }))
                .distinct()
                .sorted()
                .toList();
    }

    /// Whether a row need not bring the column.
    public boolean fills(Column column) {
        return filling(column.name()).isPresent();
    }

    /// Whether the column's values are computed or handed out, so that no request may set them.
    public boolean isGenerated(String column) {
        return filling(column)
                .filter(filling -> switch (filling) {
                    case Filling.Default _ -> false;
                    case Filling.Generated _ -> true;
                    case Filling.Identity identity -> identity.always();
                })
                .isPresent();
    }

    private Optional<Filling> filling(String column) {
        return fillings.stream()
                .filter(filling -> filling.column().name().equalsIgnoreCase(column))
                .findFirst();
    }

    /// What [#VIOLATED] points into.
    public List<Rule> rules() {
        return sql.rules();
    }

    /// `SELECT` of all columns of the table, filled where a row does not bring them, and [#VIOLATED].
    ///
    /// Identity columns that a row does not bring stay null: the commit hands out their values.
    ///
    /// @param relation SQL of a relation with all columns of the table under their logical names and types
    /// @param given for a column that may be filled a boolean SQL expression over the relation: whether the row
    ///     brings it; the value in the relation does not matter where it is false
    public String select(String relation, Function<Column, String> given) {
        return sql.select(relation, given, schema.columns(), List.of());
    }

    /// The same with further columns of the relation.
    ///
    /// @param kept quoted names
    public String select(String relation, Function<Column, String> given, List<String> kept) {
        return sql.select(relation, given, schema.columns(), List.of(), kept);
    }

    /// The same rules over the columns that they read and fill.
    RulesSql narrow(Schema columns) {
        return new RulesSql(columns, checks, fillings);
    }

    /// The columns that the rules read and fill, in table order.
    Schema touched() {
        Set<String> names = new HashSet<>();
        checks.forEach(check -> names.addAll(check.reads()));
        for (Filling filling : fillings) {
            names.add(filling.column().name());
            if (filling instanceof Filling.Generated generated) {
                names.addAll(generated.reads());
            }
        }
        List<Column> columns = schema.columns().stream()
                .filter(column -> names.contains(column.name()))
                .toList();
        // A statement needs a column to have rows.
        return new Schema(columns.isEmpty() ? schema.columns().subList(0, 1) : columns);
    }
}
