package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Case;
import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.filter.Token.Kind;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads what stands for a value by itself: literals, columns, calls, `CASE` and what is in parentheses; and the names
/// of types and fields.
final class OperandReader {

    private final Parser parser;
    private final Tokens tokens;
    private final Columns columns;
    private final Dialect dialect;

    OperandReader(Parser parser, Tokens tokens, Columns columns, Dialect dialect) {
        this.parser = parser;
        this.tokens = tokens;
        this.columns = columns;
        this.dialect = dialect;
    }

    Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case NUMBER -> parser.node(dialect.number(token.text()));
            case STRING -> parser.node(new Literal(token.text(), Primitive.STRING));
            case NAME -> parser.node(columns.column(token.text()));
            case WORD -> word(token);
            case SYMBOL -> {
                if (!token.is("(")) {
                    tokens.back();
                    throw tokens.unexpected("a value");
                }
                Expression inner = parser.expression();
                tokens.expect(")");
                yield inner;
            }
            case END -> {
                tokens.back();
                throw tokens.unexpected("a value");
            }
        };
    }

    private Expression word(Token word) {
        if (tokens.peek().kind() == Kind.STRING) {
            Optional<Literal> typed = Literals.typed(word.text(), tokens.peek().text());
            if (typed.isPresent()) {
                tokens.next();
                return parser.node(typed.get());
            }
        }
        switch (word.text().toUpperCase(Locale.ROOT)) {
            case "TRUE" -> {
                return parser.node(new Literal(true, Primitive.BOOLEAN));
            }
            case "FALSE" -> {
                return parser.node(new Literal(false, Primitive.BOOLEAN));
            }
            case "NULL" -> {
                return parser.node(new Null());
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
                tokens.back();
                throw tokens.unexpected("a value");
            }
            default -> {
                if (tokens.peek().is("(")) {
                    return call(word);
                }
                return parser.node(dialect.constant(word.text()).orElseGet(() -> columns.column(word.text())));
            }
        }
    }

    private Expression call(Token name) {
        tokens.expect("(");
        if (name.is("CAST") || name.is("TRY_CAST")) {
            Expression operand = parser.expression();
            tokens.expect("AS");
            DataType type = type();
            tokens.expect(")");
            Casts.Mode mode = name.is("CAST") ? Casts.Mode.STRICT : Casts.Mode.NULL_IF_IMPOSSIBLE;
            return parser.node(dialect.cast(operand, type, mode));
        }
        var arguments = new ArrayList<Expression>();
        if (!tokens.peek().is(")")) {
            do {
                arguments.add(parser.expression());
            } while (tokens.accept(","));
        }
        tokens.expect(")");
        return parser.node(dialect.call(name.text(), List.copyOf(arguments)));
    }

    private Expression cases() {
        Optional<Expression> operand = tokens.peek().is("WHEN") ? Optional.empty() : Optional.of(parser.expression());
        var parts = new ArrayList<Expression>();
        var values = new ArrayList<Expression>();
        while (tokens.accept("WHEN")) {
            Expression when = parser.expression();
            parts.add(operand.map(value -> parser.comparison(Comparator.EQUAL, value, when))
                    .orElseGet(() -> parser.asCondition(when)));
            tokens.expect("THEN");
            Expression value = parser.expression();
            parts.add(value);
            values.add(value);
        }
        if (parts.isEmpty()) {
            throw tokens.unexpected("WHEN");
        }
        Expression otherwise = tokens.accept("ELSE") ? parser.expression() : parser.node(new Null());
        parts.add(otherwise);
        values.add(otherwise);
        tokens.expect("END");
        return parser.node(new Case(List.copyOf(parts), dialect.common(values)));
    }

    DataType type() {
        Token name = tokens.next();
        if (name.kind() != Kind.WORD) {
            tokens.back();
            throw tokens.unexpected("a type");
        }
        var parameters = new ArrayList<Integer>();
        if (tokens.accept("(")) {
            do {
                Token parameter = tokens.next();
                if (parameter.kind() != Kind.NUMBER || !parameter.text().matches("\\d{1,3}")) {
                    tokens.back();
                    throw tokens.unexpected("a number");
                }
                parameters.add(Integer.parseInt(parameter.text()));
            } while (tokens.accept(","));
            tokens.expect(")");
        }
        return Casts.type(name.text(), parameters);
    }

    String name() {
        Token token = tokens.next();
        if (token.kind() != Kind.WORD && token.kind() != Kind.NAME) {
            tokens.back();
            throw tokens.unexpected("a field's name");
        }
        return token.text();
    }
}
