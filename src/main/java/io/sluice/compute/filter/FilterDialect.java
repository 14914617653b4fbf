package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The filters of requests: lenient where only the order of values matters, with names in double quotes as in SQL's
/// standard.
final class FilterDialect implements Dialect {

    @Override
    public Quotes quotes() {
        return Quotes.NAMES;
    }

    @Override
    public Expression number(String text) {
        return Literals.number(text);
    }

    @Override
    public Optional<Expression> constant(String word) {
        return Optional.empty();
    }

    @Override
    public Expression call(String name, List<Expression> arguments) {
        return Functions.call(name, arguments);
    }

    @Override
    public Expression cast(Expression operand, DataType type, Casts.Mode mode) {
        return Casts.cast(operand, type, mode);
    }

    @Override
    public Expression arithmetic(String operator, Expression left, Expression right) {
        for (Expression side : List.of(left, right)) {
            if (!(side instanceof Null) && !Types.isNumeric(side.type())) {
                throw new Failure.BadFilter("a " + Types.name(side.type()) + " is not a number").asException();
            }
        }
        List<Expression> sides = Types.together(List.of(left, right));
        return switch (operator) {
            case "/" ->
                new Call(
                        Division.template("/", right),
                        sides.stream().map(Types::asDouble).toList(),
                        Primitive.DOUBLE);
            case "DIV" -> divided(sides);
            default ->
                new Call(
                        Division.template(operator, right),
                        sides,
                        Types.number(sides.getFirst().type(), sides.getLast().type()));
        };
    }

    /// The whole part of a quotient: DuckDB's `//` divides fractions with their fractions, and its `/` decimals as
    /// doubles, so that only what is a multiple of the divisor is divided.
    private static Call divided(List<Expression> sides) {
        String divisor = Division.divisor(sides.getLast());
        boolean isWhole = sides.stream().allMatch(side -> Types.isIntegral(side.type()));
        boolean isBinary =
                sides.stream().anyMatch(side -> side.type() == Primitive.DOUBLE || side.type() == Primitive.FLOAT);
        String template = isWhole
                ? "(CAST(?1 AS BIGINT) // " + divisor + ")"
                : isBinary
                        ? "CAST(trunc(?1 / " + divisor + ") AS BIGINT)"
                        : "CAST(round((?1 - ?1 % " + divisor + ") / ?2) AS BIGINT)";
        return new Call(template, sides, Primitive.LONG);
    }

    @Override
    public Expression negated(Expression operand) {
        Optional<Expression> constant =
                operand instanceof Literal literal ? Literals.negated(literal).map(number -> number) : Optional.empty();
        return constant.orElseGet(() -> arithmetic("-", new Literal(0L, Primitive.LONG), operand));
    }

    @Override
    public List<Expression> comparable(Expression left, Expression right) {
        return Types.comparable(left, right);
    }

    @Override
    public DataType common(List<Expression> values) {
        return Types.common(values);
    }

    @Override
    public Expression like(String operator, Expression left, Expression pattern, Optional<String> escape) {
        var operands = new ArrayList<>(List.of(left, pattern));
        escape.ifPresent(text -> operands.add(new Literal(text, Primitive.STRING)));
        return ofTexts("?1 " + operator + " ?2" + (escape.isPresent() ? " ESCAPE ?3" : ""), operands);
    }

    @Override
    public Expression matches(Expression left, Expression pattern) {
        return ofTexts("regexp_matches(?*)", List.of(left, pattern));
    }

    /// A condition on texts.
    static Expression ofTexts(String template, List<Expression> operands) {
        for (Expression operand : operands) {
            if (!(operand instanceof Null) && operand.type() != Primitive.STRING) {
                throw new Failure.BadFilter("a " + Types.name(operand.type()) + " is not a text").asException();
            }
        }
        return new Call(template, operands, Primitive.BOOLEAN);
    }
}
