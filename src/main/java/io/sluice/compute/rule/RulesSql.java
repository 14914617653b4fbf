package io.sluice.compute.rule;

import io.sluice.compute.RowRules.Rule;
import io.sluice.compute.scan.CalendarSql;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The rules as one `SELECT` over rows: defaults first, then generated columns, which may read them, then the checks.
///
/// An expression that fails on a row does not end the statement: `TRY` makes null of a struct around its value, which
/// no value is.
public final class RulesSql {

    public static final String VIOLATED = "sluice$violated";

    private static final String GENERATED = "sluice$generated";
    private static final String WRONG = "sluice$wrong";

    private final Schema schema;
    private final List<Check> checks;
    private final List<Filling> fillings;
    private final List<Rule> rules = new ArrayList<>();

    public RulesSql(Schema schema, List<Check> checks, List<Filling> fillings) {
        this.schema = schema;
        this.checks = checks;
        this.fillings = fillings;
        for (Filling filling : fillings) {
            String name = filling.column().name();
            switch (filling) {
                case Filling.Default _ -> {}
                case Filling.Generated generated -> {
                    rule(name, name, "cannot be computed for this row from " + generated.text());
                    rule(name, name, "is not what the column is generated as: " + generated.text());
                }
                case Filling.Identity _ ->
                    rule(name, name, "is given, and the values of the column are always assigned (identity)");
            }
        }
        for (Check check : checks) {
            String what = check.column().isEmpty()
                    ? "the constraint " + check.name() + ": " + check.text()
                    : "the invariant of the column: " + check.text();
            rule(check.name(), check.column(), "violates " + what);
        }
        for (Filling filling : fillings) {
            if (isRequired(filling)) {
                rule(filling.column().name(), filling.column().name(), "is null and the column is NOT NULL");
            }
        }
    }

    private void rule(String constraint, String column, String reason) {
        rules.add(new Rule(constraint, column, reason));
    }

    /// A column that must not be null and may become so by being filled.
    private static boolean isRequired(Filling filling) {
        return !filling.column().nullable() && !(filling instanceof Filling.Identity);
    }

    public List<Rule> rules() {
        return List.copyOf(rules);
    }

    /// @param columns of the answer, [#VIOLATED] comes after them
    /// @param further expressions over the relation's rows after filling, with their names
    public String select(String relation, Function<Column, String> given, List<Column> columns, List<String> further) {
        return select(relation, given, columns, further, List.of());
    }

    /// @param kept quoted names of columns of the relation that the answer has, last
    public String select(
            String relation,
            Function<Column, String> given,
            List<Column> columns,
            List<String> further,
            List<String> kept) {
        var answer = new ArrayList<String>();
        columns.forEach(column -> answer.add(Sql.identifier(column.name())));
        answer.add(violated() + " AS " + Sql.identifier(VIOLATED));
        answer.addAll(further);
        answer.addAll(kept);
        return "SELECT " + String.join(", ", answer) + " FROM (" + completed(relation, given, kept) + ")";
    }

    private String completed(String relation, Function<Column, String> given, List<String> kept) {
        var select = new ArrayList<>(kept);
        for (Column column : schema.columns()) {
            String name = Sql.identifier(column.name());
            Optional<Filling> filling = filling(column);
            select.add(
                    filling.isPresent() && filling.get() instanceof Filling.Generated
                            ? "CASE WHEN " + given.apply(column) + " THEN " + name + " ELSE " + generated(column)
                                    + ".v END AS " + name
                            : name);
        }
        for (Filling filling : fillings) {
            if (!(filling instanceof Filling.Default)) {
                select.add(wrong(filling, given) + " AS " + numbered(WRONG, filling));
            }
        }
        return "SELECT " + String.join(", ", select) + " FROM (" + computed(relation, given) + ")";
    }

    private String computed(String relation, Function<Column, String> given) {
        var select = new ArrayList<String>();
        select.add("*");
        for (Filling filling : fillings) {
            if (filling instanceof Filling.Generated generated) {
                select.add("TRY(struct_pack(v := " + generated.sql() + ")) AS " + generated(filling.column()));
            }
        }
        return "SELECT " + String.join(", ", select) + " FROM (" + defaulted(relation, given) + ")";
    }

    private String defaulted(String relation, Function<Column, String> given) {
        var replaced = new ArrayList<String>();
        for (Filling filling : fillings) {
            String name = Sql.identifier(filling.column().name());
            if (filling instanceof Filling.Default(Column column, String sql)) {
                replaced.add("CASE WHEN " + given.apply(column) + " THEN " + name + " ELSE " + sql + " END AS " + name);
            }
        }
        return "SELECT *" + (replaced.isEmpty() ? "" : " REPLACE (" + String.join(", ", replaced) + ")") + " FROM "
                + relation;
    }

    /// Whether the value of a computed column breaks the column's own rules: the number of the rule, or null.
    private String wrong(Filling filling, Function<Column, String> given) {
        Column column = filling.column();
        return switch (filling) {
            case Filling.Default _ -> "NULL";
            case Filling.Generated _ ->
                "CASE WHEN " + generated(column) + " IS NULL"
                        + CalendarSql.isOutside(generated(column) + ".v", column.type())
                                .map(outside -> " OR " + outside)
                                .orElse("")
                        + " THEN " + number(column, 0) + " WHEN " + given.apply(column)
                        + " AND " + Sql.identifier(column.name()) + " IS DISTINCT FROM " + generated(column)
                        + ".v THEN " + number(column, 1) + " END";
            case Filling.Identity identity ->
                identity.always() ? "CASE WHEN " + given.apply(column) + " THEN " + number(column, 0) + " END" : "NULL";
        };
    }

    private String violated() {
        var tests = new ArrayList<String>();
        for (Filling filling : fillings) {
            if (!(filling instanceof Filling.Default)) {
                tests.add(numbered(WRONG, filling));
            }
        }
        int next = 0;
        for (Filling filling : fillings) {
            next += own(filling);
        }
        for (Check check : checks) {
            // What cannot be computed is not true.
            tests.add("CASE WHEN NOT coalesce(TRY(" + check.sql() + "), false) THEN " + next + " END");
            next++;
        }
        for (Filling filling : fillings) {
            if (isRequired(filling)) {
                tests.add("CASE WHEN " + Sql.identifier(filling.column().name()) + " IS NULL THEN " + next + " END");
                next++;
            }
        }
        return tests.isEmpty()
                ? "CAST(NULL AS INTEGER)"
                : "CAST(coalesce(" + String.join(", ", tests) + ") AS INTEGER)";
    }

    /// The number of a column's rule among all.
    private int number(Column column, int which) {
        int number = 0;
        for (Filling filling : fillings) {
            if (filling.column().equals(column)) {
                return number + which;
            }
            number += own(filling);
        }
        throw new IllegalArgumentException(column.name());
    }

    private static int own(Filling filling) {
        return switch (filling) {
            case Filling.Default _ -> 0;
            case Filling.Generated _ -> 2;
            case Filling.Identity _ -> 1;
        };
    }

    private Optional<Filling> filling(Column column) {
        return fillings.stream()
                .filter(filling -> filling.column().equals(column))
                .findFirst();
    }

    private String generated(Column column) {
        return Sql.identifier(GENERATED + schema.columns().indexOf(column));
    }

    private String numbered(String prefix, Filling filling) {
        return Sql.identifier(prefix + schema.columns().indexOf(filling.column()));
    }
}
