package io.sluice.compute.filter;

import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.Sql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.DataType.Primitive;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A checked expression as DuckDB's SQL.
final class ExpressionSql {

    private static final String OPERANDS = Sql.identifier("sluice$operands");

    /// Of so many values DuckDB makes a join.
    private static final int VALUES_OF_A_JOIN = 5;

    private final Function<List<String>, String> reference;

    private ExpressionSql(Function<List<String>, String> reference) {
        this.reference = reference;
    }

    /// Over one relation, whose columns have their logical names.
    static String of(Expression expression) {
        return of(expression, QuestionSql::value);
    }

    /// @param reference the SQL of a value at a path of names
    static String of(Expression expression, Function<List<String>, String> reference) {
        return new ExpressionSql(reference).sql(expression);
    }

    /// The same of a condition that is a filter by itself, so that DuckDB may look a value up among many.
    static String ofFilter(Expression condition, Function<List<String>, String> reference) {
        return new ExpressionSql(reference).filter(condition);
    }

    private String filter(Expression condition) {
        return switch (condition) {
            case Expression.And and ->
                and.children().stream().map(this::filter).collect(Collectors.joining(" AND ", "(", ")"));
            case Expression.Not(Expression.In in) -> "(NOT " + among(in) + ")";
            case Expression.In in -> among(in);
            default -> sql(condition);
        };
    }

    private String sql(Expression expression) {
        return switch (expression) {
            case Expression.Null _ -> "NULL";
            case Expression.Literal literal -> literal(literal);
            case Expression.Reference reference -> this.reference.apply(reference.path());
            case Expression.And and -> joined(and.children(), " AND ");
            case Expression.Or or -> joined(or.children(), " OR ");
            case Expression.Not not -> "(NOT " + sql(not.operand()) + ")";
            case Expression.Comparison comparison ->
                "(" + sql(comparison.left()) + " " + comparison.comparator().sql() + " " + sql(comparison.right())
                        + ")";
            case Expression.IsNull isNull -> "(" + sql(isNull.operand()) + " IS NULL)";
            case Expression.In in -> in.values().size() < VALUES_OF_A_JOIN ? among(in) : apart(in);
            case Expression.Call call -> call(call);
            case Expression.Case cases -> cases(cases.children());
        };
    }

    private String joined(List<Expression> terms, String operator) {
        return terms.stream().map(this::sql).collect(Collectors.joining(operator, "(", ")"));
    }

    private String among(Expression.In in) {
        return among(sql(in.operand()), in.values().stream().map(this::sql));
    }

    private static String among(String operand, Stream<String> values) {
        return values.collect(Collectors.joining(", ", "(" + operand + " IN (", "))"));
    }

    /// Where it is computed only for some rows: DuckDB's join would compute the operand for all of them first, the
    /// rows too for which a `CASE` around it has another branch. What stands in the body of a lambda stays there.
    private String apart(Expression.In in) {
        if (in.values().stream().allMatch(ExpressionSql::isConstant)) {
            return "list_extract(list_transform([" + sql(in.operand()) + "], lambda " + OPERANDS + ": "
                    + among(OPERANDS, in.values().stream().map(this::sql)) + "), 1)";
        }
        var operands = new ArrayList<String>(List.of(sql(in.operand())));
        in.values().forEach(value -> operands.add(sql(value)));
        Stream<String> values = IntStream.range(1, operands.size()).mapToObj(ExpressionSql::operand);
        return named(operands) + among(operand(0), values) + "), 1)";
    }

    /// The beginning of a lambda whose body names these values.
    private static String named(List<String> operands) {
        return IntStream.range(0, operands.size())
                .mapToObj(i -> "'p" + i + "': " + operands.get(i))
                .collect(Collectors.joining(", ", "list_extract(list_transform([{", "}], lambda " + OPERANDS + ": "));
    }

    private static String operand(int number) {
        return OPERANDS + ".p" + number;
    }

    private static boolean isConstant(Expression value) {
        return value instanceof Expression.Literal || value instanceof Expression.Null;
    }

    /// An operand that the template writes more than once, and whose text is more than a sum of its parts, gets a
    /// name: then all operands stand together in the argument of one lambda, since DuckDB plans lambdas that lie
    /// in the bodies of others in a time that doubles with each.
    private String call(Expression.Call call) {
        List<String> operands = call.children().stream().map(this::sql).toList();
        boolean isNamed = IntStream.range(0, operands.size())
                .anyMatch(i ->
                        isRepeated(call, i) && repeatsSomething(call.children().get(i)));
        var sql = new StringBuilder("(");
        if (!isNamed) {
            fill(call.template(), operands, sql);
            return sql.append(')').toString();
        }
        sql.append(named(operands));
        fill(
                call.template(),
                IntStream.range(0, operands.size())
                        .mapToObj(ExpressionSql::operand)
                        .toList(),
                sql);
        return sql.append("), 1))").toString();
    }

    /// Whether the template writes this operand more than once.
    private static boolean isRepeated(Expression.Call call, int operand) {
        String mark = "?" + (operand + 1);
        int first = call.template().indexOf(mark);
        return first >= 0 && call.template().indexOf(mark, first + 1) >= 0;
    }

    /// Whether its text is more than a sum: repeated itself it would double with every level.
    private static boolean repeatsSomething(Expression expression) {
        if (expression instanceof Expression.Call call) {
            for (int i = 0; i < call.children().size(); i++) {
                if (isRepeated(call, i)) {
                    return true;
                }
            }
        }
        return expression.children().stream().anyMatch(ExpressionSql::repeatsSomething);
    }

    private static void fill(String template, List<String> operands, StringBuilder sql) {
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '?') {
                sql.append(c);
                continue;
            }
            char which = template.charAt(++i);
            switch (which) {
                case '?' -> sql.append('?');
                case '*' -> sql.append(String.join(", ", operands));
                case '|' -> {
                    sql.append(operands.stream().collect(Collectors.joining(" || ", "(", ")")));
                    i++;
                }
                default -> sql.append(operands.get(which - '1'));
            }
        }
    }

    private String cases(List<Expression> parts) {
        var sql = new StringBuilder("(CASE");
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            sql.append(" WHEN ").append(sql(parts.get(i))).append(" THEN ").append(sql(parts.get(i + 1)));
        }
        return sql.append(" ELSE ").append(sql(parts.getLast())).append(" END)").toString();
    }

    private static String literal(Expression.Literal literal) {
        return switch (literal.value()) {
            case Long number -> Long.toString(number);
            case BigDecimal number ->
                "CAST('" + number.toPlainString() + "' AS " + SqlType.logical(literal.type()) + ")";
            case Double number -> "CAST('" + number + "' AS DOUBLE)";
            case Float number -> "CAST('" + number + "' AS FLOAT)";
            case Boolean bool -> bool.toString();
            case String text -> Sql.literal(text);
            case LocalDate date -> "CAST('" + unsigned(date.toString()) + "' AS DATE)";
            case Instant instant ->
                "CAST('"
                        + unsigned(
                                LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString()) + "Z' AS TIMESTAMPTZ)";
            case LocalDateTime time -> "CAST('" + unsigned(time.toString()) + "' AS TIMESTAMP)";
            case byte[] bytes -> "unhex('" + HexFormat.of().formatHex(bytes) + "')";
            default -> throw new IllegalStateException("no literal of " + Primitive.VARIANT);
        };
    }

    private static String unsigned(String text) {
        return text.startsWith("+") ? text.substring(1) : text;
    }
}
