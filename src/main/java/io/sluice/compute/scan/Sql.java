package io.sluice.compute.scan;

/// Names and texts as SQL tokens that cannot end early.
public final class Sql {

    private Sql() {}

    /// A string literal; a character that a literal cannot hold (U+0000) becomes an expression.
    public static String literal(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return quoted.indexOf('\0') < 0 ? quoted : "(" + quoted.replace("\0", "' || chr(0) || '") + ")";
    }

    /// A quoted identifier.
    public static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
