package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.And;
import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Comparison;
import io.sluice.compute.filter.Expression.In;
import io.sluice.compute.filter.Expression.IsNull;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Not;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.filter.Token.Kind;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads what is said of one operand: comparisons, `IS`, `IN`, `BETWEEN`, `LIKE` and the like.
final class PredicateReader {

    private static final Map<String, Comparator> COMPARATORS = Map.of(
            "=", Comparator.EQUAL,
            "==", Comparator.EQUAL,
            "<>", Comparator.NOT_EQUAL,
            "!=", Comparator.NOT_EQUAL,
            "<", Comparator.LESS,
            "<=", Comparator.LESS_OR_EQUAL,
            ">", Comparator.GREATER,
            ">=", Comparator.GREATER_OR_EQUAL,
            "<=>", Comparator.NOT_DISTINCT);

    private final Parser parser;
    private final Tokens tokens;
    private final Dialect dialect;

    PredicateReader(Parser parser, Tokens tokens, Dialect dialect) {
        this.parser = parser;
        this.tokens = tokens;
        this.dialect = dialect;
    }

    Expression predicate() {
        Expression left = parser.sum();
        while (true) {
            Comparator comparator = tokens.peek().kind() == Kind.SYMBOL
                    ? COMPARATORS.get(tokens.peek().text())
                    : null;
            if (comparator != null) {
                tokens.next();
                left = comparison(comparator, left, parser.sum());
            } else if (tokens.accept("IS")) {
                left = is(left);
            } else {
                Optional<Expression> more = test(left);
                if (more.isEmpty()) {
                    return left;
                }
                left = more.get();
            }
        }
    }

    private Expression is(Expression left) {
        boolean negated = tokens.accept("NOT");
        Expression test;
        if (tokens.accept("NULL")) {
            test = parser.node(new IsNull(left));
        } else if (tokens.accept("TRUE")) {
            test = comparison(Comparator.NOT_DISTINCT, parser.asCondition(left), new Literal(true, Primitive.BOOLEAN));
        } else if (tokens.accept("FALSE")) {
            test = comparison(Comparator.NOT_DISTINCT, parser.asCondition(left), new Literal(false, Primitive.BOOLEAN));
        } else if (tokens.accept("DISTINCT")) {
            tokens.expect("FROM");
            test = comparison(Comparator.DISTINCT, left, parser.sum());
        } else {
            throw tokens.unexpected("NULL, TRUE, FALSE or DISTINCT FROM");
        }
        return negated ? parser.node(new Not(test)) : test;
    }

    /// `[NOT] IN`, `BETWEEN`, `LIKE`, `ILIKE`, `RLIKE`.
    private Optional<Expression> test(Expression left) {
        boolean negated = tokens.peek().is("NOT");
        if (negated) {
            tokens.next();
        }
        Optional<Expression> test = Optional.empty();
        if (tokens.accept("IN")) {
            test = Optional.of(in(left));
        } else if (tokens.accept("BETWEEN")) {
            Expression low = comparison(Comparator.GREATER_OR_EQUAL, left, parser.sum());
            tokens.expect("AND");
            Expression high = comparison(Comparator.LESS_OR_EQUAL, left, parser.sum());
            test = Optional.of(parser.node(new And(List.of(low, high))));
        } else if (tokens.accept("LIKE")) {
            test = Optional.of(like("LIKE", left));
        } else if (tokens.accept("ILIKE")) {
            test = Optional.of(like("ILIKE", left));
        } else if (tokens.accept("RLIKE") || tokens.accept("REGEXP")) {
            test = Optional.of(parser.node(dialect.matches(left, parser.sum())));
        }
        if (negated && test.isEmpty()) {
            throw tokens.unexpected("IN, BETWEEN, LIKE or RLIKE");
        }
        return negated ? test.map(positive -> parser.node(new Not(positive))) : test;
    }

    private Expression in(Expression left) {
        tokens.expect("(");
        var values = new ArrayList<Expression>();
        do {
            values.add(parser.expression());
        } while (tokens.accept(","));
        tokens.expect(")");
        Optional<Expression> operand = Optional.empty();
        var comparable = new ArrayList<Expression>();
        for (Expression value : values) {
            List<Expression> sides = dialect.comparable(left, value);
            comparable.add(sides.getLast());
            if (value instanceof Null) {
                continue;
            }
            if (operand.isPresent() && !operand.get().equals(sides.getFirst())) {
                throw new Failure.BadFilter("the values of IN are of different types").asException();
            }
            operand = Optional.of(sides.getFirst());
        }
        return parser.node(new In(operand.orElse(left), List.copyOf(comparable)));
    }

    private Expression like(String operator, Expression left) {
        Expression pattern = parser.sum();
        Optional<String> escape = Optional.empty();
        if (tokens.accept("ESCAPE")) {
            Token character = tokens.next();
            if (character.kind() != Kind.STRING || character.text().length() != 1) {
                throw new Failure.BadFilter("ESCAPE wants one character in quotes").asException();
            }
            escape = Optional.of(character.text());
        }
        return parser.node(dialect.like(operator, left, pattern, escape));
    }

    Expression comparison(Comparator comparator, Expression left, Expression right) {
        List<Expression> sides = dialect.comparable(left, right);
        return parser.node(new Comparison(comparator, sides.getFirst(), sides.getLast()));
    }
}
