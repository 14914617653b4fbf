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
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/// A checked expression as DuckDB's SQL.
final class ExpressionSql {

    private ExpressionSql() {}

    static String of(Expression expression) {
        return switch (expression) {
            case Expression.Null _ -> "NULL";
            case Expression.Literal literal -> literal(literal);
            case Expression.Reference reference -> QuestionSql.value(reference.path());
            case Expression.And and -> joined(and.children(), " AND ");
            case Expression.Or or -> joined(or.children(), " OR ");
            case Expression.Not not -> "(NOT " + of(not.operand()) + ")";
            case Expression.Comparison comparison ->
                "(" + of(comparison.left()) + " " + comparison.comparator().sql() + " " + of(comparison.right()) + ")";
            case Expression.IsNull isNull -> "(" + of(isNull.operand()) + " IS NULL)";
            case Expression.In in -> "(" + of(in.operand()) + " IN (" + list(in.values()) + "))";
            case Expression.Call call -> call(call);
            case Expression.Case cases -> cases(cases.children());
        };
    }

    private static String joined(List<Expression> terms, String operator) {
        return terms.stream().map(ExpressionSql::of).collect(Collectors.joining(operator, "(", ")"));
    }

    private static String list(List<Expression> terms) {
        return terms.stream().map(ExpressionSql::of).collect(Collectors.joining(", "));
    }

    private static String call(Expression.Call call) {
        var sql = new StringBuilder("(");
        String template = call.template();
        for (int i = 0; i < template.length(); i++) {
            char c = template.charAt(i);
            if (c != '?') {
                sql.append(c);
                continue;
            }
            char which = template.charAt(++i);
            switch (which) {
                case '?' -> sql.append('?');
                case '*' -> sql.append(list(call.children()));
                case '|' -> {
                    sql.append(joined(call.children(), " || "));
                    i++;
                }
                default -> sql.append(of(call.children().get(which - '1')));
            }
        }
        return sql.append(')').toString();
    }

    private static String cases(List<Expression> parts) {
        var sql = new StringBuilder("(CASE");
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            sql.append(" WHEN ").append(of(parts.get(i))).append(" THEN ").append(of(parts.get(i + 1)));
        }
        return sql.append(" ELSE ").append(of(parts.getLast())).append(" END)").toString();
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
