package io.sluice.compute.decode;

/// One number token in bytes (RFC 8259, section 6), read without making a text of it.
final class JsonNumber {

    /// So many digits fit a long, whatever they are.
    private static final int MAX_DIGITS = 18;

    /// Integers up to this are doubles, and so are these powers of ten: their quotient is rounded once, which
    /// makes it the double nearest to the text.
    private static final long MAX_EXACT = 1L << 53;

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18
    };

    private long digits;
    private int fraction;
    private boolean negative;
    private boolean simple;

    /// Reads the token at `start`.
    ///
    /// @return the offset after it, or -1 when it is no JSON number
    int read(byte[] bytes, int start, int end) {
        int at = start;
        digits = 0;
        fraction = 0;
        negative = bytes[at] == '-';
        if (negative) {
            at++;
        }
        int first = at;
        at = digits(bytes, at, end);
        if (at == first || (bytes[first] == '0' && at > first + 1)) {
            return -1;
        }
        int count = at - first;
        if (at < end && bytes[at] == '.') {
            int point = at + 1;
            at = digits(bytes, point, end);
            fraction = at - point;
            count += fraction;
            if (fraction == 0) {
                return -1;
            }
        }
        simple = count <= MAX_DIGITS;
        return at < end && (bytes[at] | 0x20) == 'e' ? exponent(bytes, at + 1, end) : at;
    }

    private int digits(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            digits = digits * 10 + (bytes[at] - '0');
            at++;
        }
        return at;
    }

    private int exponent(byte[] bytes, int start, int end) {
        simple = false;
        int at = start < end && (bytes[start] == '+' || bytes[start] == '-') ? start + 1 : start;
        int last = digits(bytes, at, end);
        return last == at ? -1 : last;
    }

    /// Whether it is an integer of few digits, and [#asLong] its value.
    boolean isLong() {
        return simple && fraction == 0;
    }

    long asLong() {
        return negative ? -digits : digits;
    }

    /// Whether [#asDouble] is the double nearest to the text.
    boolean isDouble() {
        return simple && digits <= MAX_EXACT;
    }

    double asDouble() {
        double value = digits / POWERS[fraction];
        return negative ? -value : value;
    }
}
