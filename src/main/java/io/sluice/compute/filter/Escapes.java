package io.sluice.compute.filter;

import java.util.Map;
import java.util.Optional;

/// A quoted text with the backslash escapes of Spark SQL: `\n`, `\t`, `\\`, codes in hexadecimal or octal digits; `\%`
/// and `\_` keep their backslash, for `LIKE`. A doubled quote is a quote.
final class Escapes {

    private static final Map<Character, Character> LETTERS =
            Map.of('0', '\0', 'b', '\b', 'n', '\n', 'r', '\r', 't', '\t', 'Z', '\u001A');

    private final String text;
    private final char quote;
    private final StringBuilder content = new StringBuilder();
    private int at;

    /// @param start after the opening quote
    Escapes(String text, int start, char quote) {
        this.text = text;
        this.at = start;
        this.quote = quote;
    }

    /// The text without its quotes; empty when it is not closed.
    Optional<String> content() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\' && at < text.length()) {
                escape();
            } else if (c != quote) {
                content.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                content.append(quote);
                at++;
            } else {
                return Optional.of(content.toString());
            }
        }
        return Optional.empty();
    }

    /// The offset after the closing quote.
    int end() {
        return at;
    }

    private void escape() {
        char c = text.charAt(at);
        if (c == 'u' && isDigits(at + 1, 4, 16)) {
            content.append((char) Integer.parseInt(text, at + 1, at + 5, 16));
            at += 5;
        } else if ((c == '0' || c == '1') && isDigits(at, 3, 8)) {
            content.append((char) Integer.parseInt(text, at, at + 3, 8));
            at += 3;
        } else {
            if (c == '%' || c == '_') {
                content.append('\\');
            }
            content.append(LETTERS.getOrDefault(c, c));
            at++;
        }
    }

    private boolean isDigits(int start, int count, int radix) {
        if (start + count > text.length()) {
            return false;
        }
        return text.substring(start, start + count).chars().allMatch(c -> Character.digit(c, radix) >= 0);
    }
}
