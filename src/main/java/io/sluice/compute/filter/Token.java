package io.sluice.compute.filter;

/// A token of a filter.
///
/// @param text the word as written, the name or string without quotes, the digits, or the symbol
/// @param start where it begins in the filter, in characters from 0
record Token(Kind kind, String text, int start) {

    enum Kind {
        /// An identifier without quotes, or a keyword.
        WORD,
        /// An identifier in backticks or double quotes.
        NAME,
        /// A text in single quotes.
        STRING,
        /// A number, with its exponent and suffix.
        NUMBER,
        SYMBOL,
        END
    }

    boolean is(String wordOrSymbol) {
        return switch (kind) {
            case WORD -> text.equalsIgnoreCase(wordOrSymbol);
            case SYMBOL -> text.equals(wordOrSymbol);
            case NAME, STRING, NUMBER, END -> false;
        };
    }
}
