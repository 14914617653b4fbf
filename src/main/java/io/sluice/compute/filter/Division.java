package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Literal;
import java.util.Set;

/// Division, in which zero as the divisor is an error as in Spark; DuckDB's gives null or infinity.
final class Division {

    private static final Set<String> DIVIDING = Set.of("/", "%", "//");
    private static final String ZERO = "= 0 THEN error('division by zero') ELSE ";

    private Division() {}

    /// The template of an arithmetic operator whose right side this is.
    static String template(String operator, Expression right) {
        return DIVIDING.contains(operator)
                ? "(?1 " + operator + " " + divisor(right) + ")"
                : "(?1 " + operator + " ?2)";
    }

    /// The second operand, refused where it is zero. One that divides itself is written once only, or the text
    /// would double with every level.
    static String divisor(Expression right) {
        if (right instanceof Literal literal && literal.value() instanceof Number number && number.doubleValue() != 0) {
            return "?2";
        }
        return divides(right)
                ? "list_extract(list_transform([?2], lambda d: CASE WHEN d " + ZERO + "d END), 1)"
                : "CASE WHEN ?2 " + ZERO + "?2 END";
    }

    private static boolean divides(Expression expression) {
        return expression instanceof Call call && call.template().contains(ZERO)
                || expression.children().stream().anyMatch(Division::divides);
    }
}
