package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Literal;
import java.util.Set;

/// Division, in which zero as the divisor is an error as in Spark; DuckDB's gives null or infinity.
final class Division {

    private static final Set<String> DIVIDING = Set.of("/", "%");

    private Division() {}

    /// The template of an arithmetic operator whose right side this is.
    static String template(String operator, Expression right) {
        return DIVIDING.contains(operator)
                ? "(?1 " + operator + " " + divisor(right) + ")"
                : "(?1 " + operator + " ?2)";
    }

    /// The second operand, refused where it is zero: by a cast that fails, since DuckDB's `error` may not stand in
    /// `TRY`, to the smallest type, so that the operand keeps its own or, a decimal, gets a few more digits.
    static String divisor(Expression right) {
        return right instanceof Literal literal && literal.value() instanceof Number number && number.doubleValue() != 0
                ? "?2"
                : "CASE WHEN ?2 = 0 THEN CAST('division by zero' AS TINYINT) ELSE ?2 END";
    }
}
