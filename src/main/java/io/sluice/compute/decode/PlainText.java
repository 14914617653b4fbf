package io.sluice.compute.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The part of a JSON string that needs no second look: ASCII without quotes, escapes and control characters. Eight
/// bytes are looked at together.
final class PlainText {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;
    private static final long QUOTES = '"' * EACH;
    private static final long BACKSLASHES = '\\' * EACH;
    private static final long BLANKS = ' ' * EACH;

    private PlainText() {}

    /// Where the first byte stands that is no plain text, or `end`, or where less than eight bytes are left.
    static int end(byte[] bytes, int start, int end) {
        int at = start;
        while (at <= end - Long.BYTES) {
            long eight = (long) LONGS.get(bytes, at);
            long special = special(eight);
            if (special != 0) {
                return at + (Long.numberOfTrailingZeros(special) >>> 3);
            }
            at += Long.BYTES;
        }
        return at;
    }

    /// The high bit of each byte that is no plain text, up to the first of them.
    private static long special(long eight) {
        long quote = eight ^ QUOTES;
        long backslash = eight ^ BACKSLASHES;
        return (eight | (eight - BLANKS) | (quote - EACH) | (backslash - EACH)) & HIGH;
    }
}
