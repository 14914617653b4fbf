package io.sluice.compute.filter;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.List;

/// The tokens of a text, one after the other.
final class Tokens {

    private final List<Token> tokens;
    private int at;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token next() {
        return tokens.get(at++);
    }

    /// The token that came last is the next one again.
    void back() {
        at--;
    }

    boolean accept(String wordOrSymbol) {
        if (peek().is(wordOrSymbol)) {
            at++;
            return true;
        }
        return false;
    }

    void expect(String wordOrSymbol) {
        if (!accept(wordOrSymbol)) {
            throw unexpected(wordOrSymbol);
        }
    }

    FailureException unexpected(String wanted) {
        Token token = peek();
        String shown = token.text().length() > 40 ? token.text().substring(0, 40) + "…" : token.text();
        return new Failure.BadFilter(
                        "at position " + (token.start() + 1) + " stands " + shown + " where " + wanted + " is expected")
                .asException();
    }
}
