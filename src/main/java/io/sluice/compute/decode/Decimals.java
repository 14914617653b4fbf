package io.sluice.compute.decode;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// Exact numbers from JSON number text, without ever expanding an exponent.
final class Decimals {

    private static final int LONG_DIGITS = 18;
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger[] POWERS = new BigInteger[39];

    static {
        POWERS[0] = BigInteger.ONE;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1].multiply(BigInteger.TEN);
        }
    }

    private Decimals() {}

    /// Whether the text is a number by the grammar of JSON (RFC 8259, section 6).
    static boolean isNumber(char[] text, int offset, int length) {
        int end = offset + length;
        int at = offset;
        if (at < end && text[at] == '-') {
            at++;
        }
        int integer = digits(text, at, end);
        if (integer == at || (text[at] == '0' && integer > at + 1)) {
            return false;
        }
        at = integer;
        if (at < end && text[at] == '.') {
            int fraction = digits(text, at + 1, end);
            if (fraction == at + 1) {
                return false;
            }
            at = fraction;
        }
        if (at < end && (text[at] == 'e' || text[at] == 'E')) {
            at++;
            if (at < end && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            int exponent = digits(text, at, end);
            if (exponent == at) {
                return false;
            }
            at = exponent;
        }
        return at == end;
    }

    private static int digits(char[] text, int from, int end) {
        int at = from;
        while (at < end && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }

    /// The integer of number text.
    ///
    /// @throws BadCellException when it has a fraction or does not fit the range
    static long integer(char[] text, int offset, int length, long min, long max) throws BadCellException {
        if (length <= LONG_DIGITS) {
            long value = 0;
            int at = text[offset] == '-' ? offset + 1 : offset;
            int end = offset + length;
            while (at < end && text[at] >= '0' && text[at] <= '9') {
                value = value * 10 + (text[at++] - '0');
            }
            if (at == end) {
                return checked(text[offset] == '-' ? -value : value, min, max);
            }
        }
        BigInteger unscaled = unscaled(text, offset, length, 19, 0);
        if (unscaled == null) {
            throw new BadCellException(hasFraction(text, offset, length) ? "has a fraction" : outOfRange(min, max));
        }
        if (unscaled.compareTo(LONG_MIN) < 0 || unscaled.compareTo(LONG_MAX) > 0) {
            throw new BadCellException(outOfRange(min, max));
        }
        return checked(unscaled.longValue(), min, max);
    }

    private static long checked(long value, long min, long max) throws BadCellException {
        if (value < min || value > max) {
            throw new BadCellException(outOfRange(min, max));
        }
        return value;
    }

    private static String outOfRange(long min, long max) {
        return "is out of range: " + min + " to " + max;
    }

    private static boolean hasFraction(char[] text, int offset, int length) {
        var scan = new Scan(text, offset, length);
        return scan.digits > 0 && scan.exponent < 0;
    }

    /// The unscaled integer of number text at a scale, or null when the value does not fit `decimal(precision,
    /// scale)` exactly.
    static @Nullable BigInteger unscaled(char[] text, int offset, int length, int precision, int scale) {
        var scan = new Scan(text, offset, length);
        if (scan.digits == 0) {
            return BigInteger.ZERO;
        }
        long shift = scan.exponent + scale;
        if (shift < 0 || shift >= POWERS.length || scan.digits + shift > precision) {
            return null;
        }
        BigInteger significand = new BigInteger(scan.significand(text));
        BigInteger unscaled = shift == 0 ? significand : significand.multiply(POWERS[(int) shift]);
        return scan.negative ? unscaled.negate() : unscaled;
    }

    /// Where the significant digits of a number are: from the first to the last that is not zero.
    private static final class Scan {

        private final boolean negative;
        private final int first;
        private final int last;
        /// Of the last significant digit; saturates far beyond any precision.
        private final long exponent;
        private final int digits;

        Scan(char[] text, int offset, int length) {
            int end = offset + length;
            int at = offset;
            negative = text[at] == '-';
            if (negative) {
                at++;
            }
            int point = -1;
            int firstDigit = -1;
            int lastDigit = -1;
            for (; at < end && text[at] != 'e' && text[at] != 'E'; at++) {
                if (text[at] == '.') {
                    point = at;
                } else if (text[at] != '0') {
                    firstDigit = firstDigit < 0 ? at : firstDigit;
                    lastDigit = at;
                }
            }
            int mantissaEnd = at;
            first = firstDigit;
            last = lastDigit;
            if (firstDigit < 0) {
                digits = 0;
                exponent = 0;
                return;
            }
            int unit = point < 0 ? mantissaEnd : point;
            boolean spansPoint = point > firstDigit && point < lastDigit;
            digits = lastDigit - firstDigit + 1 - (spansPoint ? 1 : 0);
            long position = lastDigit < unit ? unit - 1 - lastDigit : unit - (long) lastDigit;
            exponent = position + written(text, mantissaEnd, end);
        }

        private static long written(char[] text, int at, int end) {
            if (at >= end) {
                return 0;
            }
            boolean minus = text[at + 1] == '-';
            long value = 0;
            for (int i = at + 1; i < end; i++) {
                if (text[i] >= '0' && text[i] <= '9') {
                    value = Math.min(value * 10 + (text[i] - '0'), 1L << 40);
                }
            }
            return minus ? -value : value;
        }

        String significand(char[] text) {
            var builder = new StringBuilder(digits);
            for (int i = first; i <= last; i++) {
                if (text[i] != '.') {
                    builder.append(text[i]);
                }
            }
            return builder.toString();
        }
    }
}
