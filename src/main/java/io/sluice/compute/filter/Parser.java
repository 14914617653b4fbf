package io.sluice.compute.filter;

import io.sluice.compute.FilterLimits;
import io.sluice.compute.filter.Expression.And;
import io.sluice.compute.filter.Expression.Case;
import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Comparison;
import io.sluice.compute.filter.Expression.In;
import io.sluice.compute.filter.Expression.IsNull;
import io.sluice.compute.filter.Expression.Literal;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads a filter: SQL's boolean expressions over one row, in the dialect of Spark.
///
/// Ours rather than DuckDB's parser, so that nothing but this grammar exists: what it does not read cannot run,
/// hostile texts never reach native code, and reading takes microseconds. Every node is typed and counted when it is
/// made.
final class Parser {

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

    private final List<Token> tokens;
    private final Columns columns;
    private final FilterLimits limits;
    private final Dialect dialect;
    private int at;
    private int nesting;
    private int nodes;

    private Parser(String text, Columns columns, FilterLimits limits, Dialect dialect) {
        this.tokens = Lexer.tokens(text, limits, dialect.quotes());
        this.columns = columns;
        this.limits = limits;
        this.dialect = dialect;
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
        if (peek().kind() != Kind.END) {
            throw unexpected("the end");
        }
        return expression;
    }

    private Expression expression() {
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

    private <E extends Expression> E node(E expression) {
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
        if (!peek().is("OR")) {
            return first;
        }
        var terms = new ArrayList<>(List.of(asCondition(first)));
        while (accept("OR")) {
            terms.add(asCondition(and()));
        }
        return node(new Or(List.copyOf(terms)));
    }

    private Expression and() {
        Expression first = not();
        if (!peek().is("AND")) {
            return first;
        }
        var terms = new ArrayList<>(List.of(asCondition(first)));
        while (accept("AND")) {
            terms.add(asCondition(not()));
        }
        return node(new And(List.copyOf(terms)));
    }

    private Expression not() {
        return accept("NOT") ? node(new Not(asCondition(nested(this::not)))) : predicate();
    }

    private Expression asCondition(Expression expression) {
        if (expression instanceof Null || expression.type() == Primitive.BOOLEAN) {
            return expression;
        }
        throw new Failure.BadFilter("a " + Types.name(expression.type()) + " is not a condition").asException();
    }

    private Expression predicate() {
        Expression left = sum();
        while (true) {
            Comparator comparator = peek().kind() == Kind.SYMBOL ? COMPARATORS.get(peek().text()) : null;
            if (comparator != null) {
                at++;
                left = comparison(comparator, left, sum());
            } else if (accept("IS")) {
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

    private Expression comparison(Comparator comparator, Expression left, Expression right) {
        List<Expression> sides = dialect.comparable(left, right);
        return node(new Comparison(comparator, sides.getFirst(), sides.getLast()));
    }

    private Expression is(Expression left) {
        boolean negated = accept("NOT");
        Expression test;
        if (accept("NULL")) {
            test = node(new IsNull(left));
        } else if (accept("TRUE")) {
            test = comparison(Comparator.NOT_DISTINCT, asCondition(left), new Literal(true, Primitive.BOOLEAN));
        } else if (accept("FALSE")) {
            test = comparison(Comparator.NOT_DISTINCT, asCondition(left), new Literal(false, Primitive.BOOLEAN));
        } else if (accept("DISTINCT")) {
            expect("FROM");
            test = comparison(Comparator.DISTINCT, left, sum());
        } else {
            throw unexpected("NULL, TRUE, FALSE or DISTINCT FROM");
        }
        return negated ? node(new Not(test)) : test;
    }

    /// `[NOT] IN`, `BETWEEN`, `LIKE`, `ILIKE`, `RLIKE`.
    private Optional<Expression> test(Expression left) {
        boolean negated = peek().is("NOT");
        if (negated) {
            at++;
        }
        Optional<Expression> test = Optional.empty();
        if (accept("IN")) {
            test = Optional.of(in(left));
        } else if (accept("BETWEEN")) {
            Expression low = comparison(Comparator.GREATER_OR_EQUAL, left, sum());
            expect("AND");
            Expression high = comparison(Comparator.LESS_OR_EQUAL, left, sum());
            test = Optional.of(node(new And(List.of(low, high))));
        } else if (accept("LIKE")) {
            test = Optional.of(like("LIKE", left));
        } else if (accept("ILIKE")) {
            test = Optional.of(like("ILIKE", left));
        } else if (accept("RLIKE") || accept("REGEXP")) {
            test = Optional.of(node(dialect.matches(left, sum())));
        }
        if (negated && test.isEmpty()) {
            throw unexpected("IN, BETWEEN, LIKE or RLIKE");
        }
        return negated ? test.map(positive -> node(new Not(positive))) : test;
    }

    private Expression in(Expression left) {
        expect("(");
        var values = new ArrayList<Expression>();
        do {
            values.add(expression());
        } while (accept(","));
        expect(")");
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
        return node(new In(operand.orElse(left), List.copyOf(comparable)));
    }

    private Expression like(String operator, Expression left) {
        Expression pattern = sum();
        Optional<String> escape = Optional.empty();
        if (accept("ESCAPE")) {
            Token character = next();
            if (character.kind() != Kind.STRING || character.text().length() != 1) {
                throw new Failure.BadFilter("ESCAPE wants one character in quotes").asException();
            }
            escape = Optional.of(character.text());
        }
        return node(dialect.like(operator, left, pattern, escape));
    }

    private Expression sum() {
        Expression left = product();
        while (peek().kind() == Kind.SYMBOL) {
            if (accept("||")) {
                left = node(dialect.call("concat", List.of(left, product())));
            } else if (accept("+")) {
                left = arithmetic("+", left, product());
            } else if (accept("-")) {
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
            if (accept("*")) {
                left = arithmetic("*", left, unary());
            } else if (accept("/")) {
                left = arithmetic("/", left, unary());
            } else if (accept("%")) {
                left = arithmetic("%", left, unary());
            } else if (accept("DIV")) {
                left = arithmetic("DIV", left, unary());
            } else {
                return left;
            }
        }
    }

    private Expression arithmetic(String operator, Expression left, Expression right) {
        return node(dialect.arithmetic(operator, left, right));
    }

    private Expression unary() {
        if (accept("+")) {
            return nested(this::unary);
        }
        if (!accept("-")) {
            return postfix(primary());
        }
        return node(dialect.negated(nested(this::unary)));
    }

    private Expression postfix(Expression operand) {
        Expression value = operand;
        while (true) {
            if (accept("::")) {
                value = node(dialect.cast(value, type(), Casts.Mode.STRICT));
            } else if (peek().is(".") && value.type() instanceof DataType.Struct) {
                at++;
                value = node(columns.field(value, name()));
            } else {
                return value;
            }
        }
    }

    private Expression primary() {
        Token token = next();
        return switch (token.kind()) {
            case NUMBER -> node(dialect.number(token.text()));
            case STRING -> node(new Literal(token.text(), Primitive.STRING));
            case NAME -> node(columns.column(token.text()));
            case WORD -> word(token);
            case SYMBOL -> {
                if (!token.is("(")) {
                    at--;
                    throw unexpected("a value");
                }
                Expression inner = expression();
                expect(")");
                yield inner;
            }
            case END -> {
                at--;
                throw unexpected("a value");
            }
        };
    }

    private Expression word(Token word) {
        if (peek().kind() == Kind.STRING) {
            Optional<Literal> typed = Literals.typed(word.text(), peek().text());
            if (typed.isPresent()) {
                at++;
                return node(typed.get());
            }
        }
        switch (word.text().toUpperCase(Locale.ROOT)) {
            case "TRUE" -> {
                return node(new Literal(true, Primitive.BOOLEAN));
            }
            case "FALSE" -> {
                return node(new Literal(false, Primitive.BOOLEAN));
            }
            case "NULL" -> {
                return node(new Null());
            }
            case "CASE" -> {
                return cases();
            }
            case "SELECT",
                    "FROM",
                    "WHERE",
                    "AND",
                    "OR",
                    "NOT",
                    "IN",
                    "IS",
                    "LIKE",
                    "BETWEEN",
                    "WHEN",
                    "THEN",
                    "ELSE",
                    "END",
                    "EXISTS",
                    "WITH",
                    "UNION",
                    "OVER",
                    "LAMBDA",
                    "INTERVAL" -> {
                at--;
                throw unexpected("a value");
            }
            default -> {
                if (peek().is("(")) {
                    return call(word);
                }
                return node(dialect.constant(word.text()).orElseGet(() -> columns.column(word.text())));
            }
        }
    }

    private Expression call(Token name) {
        expect("(");
        if (name.is("CAST") || name.is("TRY_CAST")) {
            Expression operand = expression();
            expect("AS");
            DataType type = type();
            expect(")");
            Casts.Mode mode = name.is("CAST") ? Casts.Mode.STRICT : Casts.Mode.NULL_IF_IMPOSSIBLE;
            return node(dialect.cast(operand, type, mode));
        }
        var arguments = new ArrayList<Expression>();
        if (!peek().is(")")) {
            do {
                arguments.add(expression());
            } while (accept(","));
        }
        expect(")");
        return node(dialect.call(name.text(), List.copyOf(arguments)));
    }

    private Expression cases() {
        Optional<Expression> operand = peek().is("WHEN") ? Optional.empty() : Optional.of(expression());
        var parts = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        while (accept("WHEN")) {
            Expression when = expression();
            parts.add(operand.map(value -> comparison(Comparator.EQUAL, value, when))
                    .orElseGet(() -> asCondition(when)));
            expect("THEN");
            Expression value = expression();
            parts.add(value);
            values.add(value);
        }
        if (parts.isEmpty()) {
            throw unexpected("WHEN");
        }
        Expression otherwise = accept("ELSE") ? expression() : node(new Null());
        parts.add(otherwise);
        values.add(otherwise);
        expect("END");
        return node(new Case(List.copyOf(parts), dialect.common(values)));
    }

    private DataType type() {
        Token name = next();
        if (name.kind() != Kind.WORD) {
            at--;
            throw unexpected("a type");
        }
        var parameters = new ArrayList<Integer>();
        if (accept("(")) {
            do {
                Token parameter = next();
                if (parameter.kind() != Kind.NUMBER || !parameter.text().matches("\\d{1,3}")) {
                    at--;
                    throw unexpected("a number");
                }
                parameters.add(Integer.parseInt(parameter.text()));
            } while (accept(","));
            expect(")");
        }
        return Casts.type(name.text(), parameters);
    }

    private String name() {
        Token token = next();
        if (token.kind() != Kind.WORD && token.kind() != Kind.NAME) {
            at--;
            throw unexpected("a field's name");
        }
        return token.text();
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Token next() {
        return tokens.get(at++);
    }

    private boolean accept(String wordOrSymbol) {
        if (peek().is(wordOrSymbol)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String wordOrSymbol) {
        if (!accept(wordOrSymbol)) {
            throw unexpected(wordOrSymbol);
        }
    }

    private FailureException unexpected(String wanted) {
        Token token = peek();
        String shown = token.text().length() > 40 ? token.text().substring(0, 40) + "…" : token.text();
        return new Failure.BadFilter(
                        "at position " + (token.start() + 1) + " stands " + shown + " where " + wanted + " is expected")
                .asException();
    }
}
