package io.sluice.storage;

import java.util.Comparator;

/// The order of the UTF-8 bytes of strings, in which object stores list; Java's own order differs beyond U+D7FF.
public enum Utf8Order implements Comparator<String> {
    INSTANCE;

    @Override
    public int compare(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                return Character.compare(rank(a), rank(b));
            }
        }
        return Integer.compare(left.length(), right.length());
    }

    /// Surrogates stand for code points above U+FFFF, so they come after U+E000 to U+FFFF.
    private static char rank(char unit) {
        if (unit < 0xD800) {
            return unit;
        }
        return (char) (unit >= 0xE000 ? unit - 0x800 : unit + 0x2000);
    }
}
