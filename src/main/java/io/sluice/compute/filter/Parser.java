package io.sluice.compute.filter;

import io.sluice.compute.FilterLimits;
import io.sluice.compute.filter.Expression.And;
import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Not;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.filter.Expression.Or;
import io.sluice.compute.filter.Token.Kind;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// Reads a filter: SQL's boolean expressions over one row, in the dialect of Spark.
///
/// Ours rather than DuckDB's parser, so that nothing but this grammar exists: what it does not read cannot run,
/// hostile texts never reach native code, and reading takes microseconds. Every node is typed and counted when it is
/// made.
final class Parser {

    private final Tokens tokens;
    private final PredicateReader predicates;
    private final OperandReader operands;
    private final Columns columns;
    private final FilterLimits limits;
    private final Dialect dialect;
    private int nesting;
    private int nodes;

    private Parser(String text, Columns columns, FilterLimits limits, Dialect dialect) {
        this.tokens = new Tokens(Lexer.tokens(text, limits, dialect.quotes()));
        this.columns = columns;
        this.limits = limits;
        this.dialect = dialect;
        this.predicates = new PredicateReader(this, tokens, dialect);
        this.operands = new OperandReader(this, tokens, columns, dialect);
    }

    /// @throws FailureException `bad-filter` when the text is not a condition on these columns, or is too large
    static Expression condition(String text, Columns columns, FilterLimits limits, Dialect dialect) {
        var parser = new Parser(text, columns, limits, dialect);
        return parser.asCondition(parser.whole());
    }

    /// @throws FailureException `bad-filter` when the text is not an expression on these columns, or is too large
    static Expression value(String text, Columns columns, FilterLimits limits, Dialect dialect) {
        return new Parser(text, columns, limits, dialect).whole();
    }

    private Expression whole() {
        Expression expression = expression();
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.unexpected("the end");
        }
        return expression;
    }

    Expression expression() {
        return nested(this::or);
    }

    private Expression nested(Supplier<Expression> inner) {
        if (++nesting > limits.depth()) {
            throw tooDeep();
        }
        Expression expression = inner.get();
        nesting--;
        return expression;
    }

    private FailureException tooDeep() {
        return new Failure.BadFilter("it is nested deeper than " + limits.depth() + " levels").asException();
    }

    <E extends Expression> E node(E expression) {
        if (++nodes > limits.nodes()) {
            throw new Failure.BadFilter("it has more than " + limits.nodes() + " terms").asException();
        }
        if (expression.depth() > limits.depth()) {
            throw tooDeep();
        }
        return expression;
    }

    private Expression or() {
        Expression first = and();
        if (!tokens.peek().is("OR")) {
            return first;
        }
        var terms = new ArrayList<>(List.of(asCondition(first)));
        while (tokens.accept("OR")) {
            terms.add(asCondition(and()));
        }
        return node(new Or(List.copyOf(terms)));
    }

    private Expression and() {
        Expression first = not();
        if (!tokens.peek().is("AND")) {
            return first;
        }
        var terms = new ArrayList<>(List.of(asCondition(first)));
        while (tokens.accept("AND")) {
            terms.add(asCondition(not()));
        }
        return node(new And(List.copyOf(terms)));
    }

    private Expression not() {
        return tokens.accept("NOT") ? node(new Not(asCondition(nested(this::not)))) : predicates.predicate();
    }

    Expression asCondition(Expression expression) {
        if (expression instanceof Null || expression.type() == Primitive.BOOLEAN) {
            return expression;
        }
        throw new Failure.BadFilter("a " + Types.name(expression.type()) + " is not a condition").asException();
    }

    Expression sum() {
        Expression left = product();
        while (tokens.peek().kind() == Kind.SYMBOL) {
            if (tokens.accept("||")) {
                left = node(dialect.call("concat", List.of(left, product())));
            } else if (tokens.accept("+")) {
                left = arithmetic("+", left, product());
            } else if (tokens.accept("-")) {
                left = arithmetic("-", left, product());
            } else {
                break;
            }
        }
        return left;
    }

    private Expression product() {
        Expression left = unary();
        while (true) {
            if (tokens.accept("*")) {
                left = arithmetic("*", left, unary());
            } else if (tokens.accept("/")) {
                left = arithmetic("/", left, unary());
            } else if (tokens.accept("%")) {
                left = arithmetic("%", left, unary());
            } else if (tokens.accept("DIV")) {
                left = arithmetic("DIV", left, unary());
            } else {
                return left;
            }
        }
    }

    Expression comparison(Comparator comparator, Expression left, Expression right) {
        return predicates.comparison(comparator, left, right);
    }

    private Expression arithmetic(String operator, Expression left, Expression right) {
        return node(dialect.arithmetic(operator, left, right));
    }

    private Expression unary() {
        if (tokens.accept("+")) {
            return nested(this::unary);
        }
        if (!tokens.accept("-")) {
            return postfix(operands.primary());
        }
        return node(dialect.negated(nested(this::unary)));
    }

    private Expression postfix(Expression operand) {
        Expression value = operand;
        while (true) {
            if (tokens.accept("::")) {
                value = node(dialect.cast(value, operands.type(), Casts.Mode.STRICT));
            } else if (tokens.peek().is(".") && value.type() instanceof DataType.Struct) {
                tokens.next();
                value = node(columns.field(value, operands.name()));
            } else {
                return value;
            }
        }
    }
}
