package io.sluice.compute.filter;

import io.sluice.compute.FilterLimits;
import io.sluice.compute.filter.Token.Kind;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.ArrayList;
import java.util.List;

/// Cuts a filter into tokens. Comments, parameters and everything else that the grammar has no use for are refused
/// here.
final class Lexer {

    private static final List<String> SYMBOLS = List.of(
            "<=>", "<=", ">=", "<>", "!=", "==", "||", "::", "=", "<", ">", "+", "-", "*", "/", "%", "(", ")", ",",
            ".");

    private final String text;
    private final int mostTokens;
    private final Dialect.Quotes quotes;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text, FilterLimits limits, Dialect.Quotes quotes) {
        this.text = text;
        this.quotes = quotes;
        // A node of the tree has at most a few tokens: a name, its dots, parentheses, commas.
        this.mostTokens = 8 * limits.nodes();
    }

    /// @throws FailureException `bad-filter`
    static List<Token> tokens(String text, FilterLimits limits, Dialect.Quotes quotes) {
        if (text.length() > limits.characters()) {
            throw new Failure.BadFilter("it is longer than " + limits.characters() + " characters").asException();
        }
        return new Lexer(text, limits, quotes).tokens();
    }

    private List<Token> tokens() {
        for (skipBlanks(); at < text.length(); skipBlanks()) {
            if (tokens.size() >= mostTokens) {
                throw new Failure.BadFilter("it has too many terms").asException();
            }
            next();
        }
        tokens.add(new Token(Kind.END, "the end", at));
        return tokens;
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private void next() {
        char c = text.charAt(at);
        if (c == '\'' || c == '"' && quotes == Dialect.Quotes.TEXTS) {
            text(c);
        } else if (c == '`' || c == '"') {
            quoted(Kind.NAME, c);
        } else if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1)) && !afterName()) {
            number();
        } else if (Character.isLetter(c) || c == '_') {
            word();
        } else {
            symbol();
        }
    }

    /// Whether a dot here is the one of `a.b`.
    private boolean afterName() {
        if (tokens.isEmpty() || at == 0 || Character.isWhitespace(text.charAt(at - 1))) {
            return false;
        }
        Kind before = tokens.getLast().kind();
        return before == Kind.WORD || before == Kind.NAME;
    }

    private void text(char quote) {
        switch (quotes) {
            case NAMES -> quoted(Kind.STRING, quote);
            case TEXTS -> {
                int start = at++;
                var escapes = new Escapes(text, at, quote);
                String content =
                        escapes.content().orElseThrow(() -> bad("the " + quote + " opened", start, "is not closed"));
                at = escapes.end();
                tokens.add(new Token(Kind.STRING, content, start));
            }
        }
    }

    private void quoted(Kind kind, char quote) {
        int start = at++;
        var content = new StringBuilder();
        while (true) {
            int end = text.indexOf(quote, at);
            if (end < 0) {
                throw bad("the " + quote + " opened", start, "is not closed");
            }
            content.append(text, at, end);
            at = end + 1;
            if (at == text.length() || text.charAt(at) != quote) {
                break;
            }
            content.append(quote);
            at++;
        }
        tokens.add(new Token(kind, content.toString(), start));
    }

    private void number() {
        int start = at;
        skipDigits();
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            skipDigits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            at++;
            if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
                at++;
            }
            skipDigits();
        }
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        tokens.add(new Token(Kind.NUMBER, text.substring(start, at), start));
    }

    private void skipDigits() {
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
    }

    private void word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        tokens.add(new Token(Kind.WORD, text.substring(start, at), start));
    }

    private void symbol() {
        if (text.startsWith("--", at) || text.startsWith("/*", at)) {
            throw bad("the comment", at, "is not taken");
        }
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                tokens.add(new Token(Kind.SYMBOL, symbol, at));
                at += symbol.length();
                return;
            }
        }
        throw bad("the character", at, "has no meaning in a filter");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private static FailureException bad(String what, int position, String problem) {
        return new Failure.BadFilter(what + " at position " + (position + 1) + " " + problem).asException();
    }
}
