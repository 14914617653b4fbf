package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Decimal;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Expressions that stand in tables: Spark SQL with its types, in ANSI mode (Spark's default since 4.0) and a session
/// in UTC. What Spark computes otherwise than DuckDB is written out; what cannot be written out is refused by name.
///
/// A value on which ANSI mode fails and the older mode makes null of, is an error of its row.
final class SparkDialect implements Dialect {

    private static final List<DataType> INTEGERS =
            List.of(Primitive.BYTE, Primitive.SHORT, Primitive.INTEGER, Primitive.LONG);

    private final String feature;
    private final Optional<Instant> now;
    private final SparkFunctions functions;

    /// @param feature table feature that is named where something is refused
    /// @param now the time of the statement, where the expression may ask for it
    SparkDialect(String feature, Optional<Instant> now) {
        this.feature = feature;
        this.now = now;
        this.functions = new SparkFunctions(this);
    }

    /// Something of Spark's language that is not computed here.
    FailureException refused(String what) {
        return new Failure.UnsupportedTableFeature(List.of(feature), what + " is not computed here").asException();
    }

    @Override
    public Quotes quotes() {
        return Quotes.TEXTS;
    }

    @Override
    public Expression number(String text) {
        Literal literal = Literals.number(text);
        return literal.type() == Primitive.LONG ? whole(literal, text) : literal;
    }

    private static Literal whole(Literal literal, String text) {
        return switch (text.toUpperCase(Locale.ROOT).charAt(text.length() - 1)) {
            case 'L' -> literal;
            case 'S' -> new Literal(literal.value(), Primitive.SHORT);
            case 'Y' -> new Literal(literal.value(), Primitive.BYTE);
            default -> narrow(literal);
        };
    }

    private static Literal narrow(Literal literal) {
        return literal.value() instanceof Long value && value == value.intValue()
                ? new Literal(value, Primitive.INTEGER)
                : literal;
    }

    @Override
    public Optional<Expression> constant(String word) {
        return now.flatMap(time -> switch (word.toUpperCase(Locale.ROOT)) {
            case "CURRENT_DATE" -> Optional.of(new Literal(LocalDate.ofInstant(time, ZoneOffset.UTC), Primitive.DATE));
            case "CURRENT_TIMESTAMP" -> Optional.of(new Literal(time, Primitive.TIMESTAMP));
            case "LOCALTIMESTAMP" ->
                Optional.of(new Literal(LocalDateTime.ofInstant(time, ZoneOffset.UTC), Primitive.TIMESTAMP_NTZ));
            default -> Optional.empty();
        });
    }

    @Override
    public Expression call(String name, List<Expression> arguments) {
        Optional<Expression> constant = arguments.isEmpty()
                ? constant(name.equalsIgnoreCase("now") ? "CURRENT_TIMESTAMP" : name)
                : Optional.empty();
        return constant.orElseGet(() -> functions.call(name, arguments));
    }

    @Override
    public Expression cast(Expression operand, DataType type, Casts.Mode mode) {
        return switch (mode) {
            case STRICT -> SparkCasts.cast(this, operand, type);
            case NULL_IF_IMPOSSIBLE -> throw refused("the function try_cast");
        };
    }

    @Override
    public Expression arithmetic(String operator, Expression left, Expression right) {
        if (left instanceof Null || right instanceof Null) {
            return new Null();
        }
        if (!Types.isNumeric(left.type()) || !Types.isNumeric(right.type())) {
            throw refused("the operator " + operator + " on a " + Types.name(left.type()) + " and a "
                    + Types.name(right.type()));
        }
        boolean integral = Types.isIntegral(left.type()) && Types.isIntegral(right.type());
        boolean binary = isBinary(left.type()) || isBinary(right.type());
        return switch (operator) {
            case "/" -> divided(left, right, integral || binary);
            case "DIV" -> ofIntegers("//", left, right, integral, Primitive.LONG);
            case "%" -> ofIntegers("%", left, right, integral, wider(left.type(), right.type()));
            default ->
                integral
                        ? in(operator, left, right, wider(left.type(), right.type()))
                        : binary
                                ? in(operator, left, right, real(left.type(), right.type()))
                                : exact(operator, left, right);
        };
    }

    private static boolean isBinary(DataType type) {
        return type == Primitive.FLOAT || type == Primitive.DOUBLE;
    }

    private Expression divided(Expression left, Expression right, boolean asDoubles) {
        if (!asDoubles) {
            throw refused("the operator / on decimals");
        }
        return new Call(
                "CASE WHEN ?2 = 0 THEN CAST('division by zero' AS DOUBLE)"
                        + " ELSE CAST(?1 AS DOUBLE) / CAST(?2 AS DOUBLE) END",
                List.of(left, right),
                Primitive.DOUBLE);
    }

    private Expression ofIntegers(String symbol, Expression left, Expression right, boolean integral, DataType type) {
        if (!integral) {
            throw refused("the operator " + (symbol.equals("//") ? "DIV" : symbol) + " on other numbers than integers");
        }
        return in(symbol, left, right, type);
    }

    private static Expression in(String symbol, Expression left, Expression right, DataType type) {
        String sql = sql(type);
        return new Call("(CAST(?1 AS " + sql + ") " + symbol + " CAST(?2 AS " + sql + "))", List.of(left, right), type);
    }

    /// The wider one of two integer types.
    private static DataType wider(DataType one, DataType other) {
        return INTEGERS.indexOf(one) >= INTEGERS.indexOf(other) ? one : other;
    }

    private DataType real(DataType one, DataType other) {
        if (one == Primitive.DOUBLE || other == Primitive.DOUBLE || one.equals(other)) {
            return one.equals(other) ? one : Primitive.DOUBLE;
        }
        throw refused("arithmetic of a float with a " + Types.name(one == Primitive.FLOAT ? other : one));
    }

    /// Sums, differences and products of decimals and integers, in the type that Spark gives them.
    private Expression exact(String operator, Expression left, Expression right) {
        Decimal one = decimal(left);
        Decimal other = decimal(right);
        boolean product = operator.equals("*");
        int scale = product ? one.scale() + other.scale() : Math.max(one.scale(), other.scale());
        int precision = product
                ? one.precision() + other.precision() + 1
                : Math.max(one.precision() - one.scale(), other.precision() - other.scale()) + scale + 1;
        if (precision > 38) {
            throw refused("the operator " + operator + " on decimals whose result has more than 38 digits");
        }
        var result = new Decimal(precision, scale);
        String first = sql(product ? one : result);
        String second = sql(product ? other : result);
        return new Call(
                "CAST(CAST(?1 AS " + first + ") " + operator + " CAST(?2 AS " + second + ") AS " + sql(result) + ")",
                List.of(left, right),
                result);
    }

    private static String sql(DataType type) {
        return SqlType.logical(type);
    }

    /// The decimal type that Spark takes an integer or decimal as.
    private static Decimal decimal(Expression expression) {
        if (expression instanceof Literal(Long value, DataType _)) {
            return new Decimal(Long.toString(Math.abs(value)).replace("-", "").length(), 0);
        }
        return switch (expression.type()) {
            case Decimal decimal -> decimal;
            case Primitive.BYTE -> new Decimal(3, 0);
            case Primitive.SHORT -> new Decimal(5, 0);
            case Primitive.INTEGER -> new Decimal(10, 0);
            default -> new Decimal(20, 0);
        };
    }

    @Override
    public Expression negated(Expression operand) {
        Optional<Literal> constant = operand instanceof Literal literal ? Literals.negated(literal) : Optional.empty();
        if (constant.isPresent()) {
            return operand.type() == Primitive.LONG ? constant.get() : typed(constant.get(), operand.type());
        }
        return arithmetic("-", new Literal(0L, Primitive.BYTE), operand);
    }

    /// A negated constant in the type that it had; `-2147483648` is an integer although its digits alone are not.
    private static Literal typed(Literal negated, DataType type) {
        return negated.value() instanceof Long value && type instanceof Primitive
                ? new Literal(value, type)
                : narrow(negated);
    }

    @Override
    public List<Expression> comparable(Expression left, Expression right) {
        if (isText(left) != isText(right) && !(left instanceof Null) && !(right instanceof Null)) {
            Expression text = isText(left) ? left : right;
            if (!(text instanceof Literal)) {
                throw refused("the comparison of a string with a " + Types.name((isText(left) ? right : left).type())
                        + " without a cast");
            }
        }
        return Types.comparable(left, right);
    }

    private static boolean isText(Expression expression) {
        return expression.type() == Primitive.STRING;
    }

    @Override
    public DataType common(List<Expression> values) {
        Optional<DataType> common = Optional.empty();
        for (Expression value : values) {
            if (!(value instanceof Null)) {
                Decimal exact = Types.isIntegral(value.type()) ? decimal(value) : new Decimal(38, 0);
                common = common.map(known -> common(known, value.type(), exact)).or(() -> Optional.of(value.type()));
            }
        }
        return common.orElse(Primitive.BOOLEAN);
    }

    private DataType common(DataType one, DataType other, Decimal exact) {
        if (one.equals(other)) {
            return one;
        }
        if (Types.isIntegral(one) && Types.isIntegral(other)) {
            return wider(one, other);
        }
        if (Types.isNumeric(one) && Types.isNumeric(other)) {
            if (isBinary(one) || isBinary(other)) {
                return real(one, other);
            }
            Decimal left = one instanceof Decimal decimal ? decimal : new Decimal(20, 0);
            Decimal right = other instanceof Decimal decimal ? decimal : exact;
            int scale = Math.max(left.scale(), right.scale());
            int digits = Math.max(left.precision() - left.scale(), right.precision() - right.scale());
            if (digits + scale <= 38) {
                return new Decimal(digits + scale, scale);
            }
        }
        throw refused("one expression with values of the types " + Types.name(one) + " and " + Types.name(other));
    }

    @Override
    public Expression like(String operator, Expression left, Expression pattern, Optional<String> escape) {
        if (!(pattern instanceof Literal)) {
            throw refused(operator + " with a pattern that is no constant");
        }
        return FilterDialect.ofTexts(
                "?1 " + operator + " ?2 ESCAPE ?3",
                List.of(left, pattern, new Literal(escape.orElse("\\"), Primitive.STRING)));
    }

    @Override
    public Expression matches(Expression left, Expression pattern) {
        throw refused("RLIKE");
    }
}
