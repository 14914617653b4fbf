package io.sluice.compute.decode;

import java.nio.ByteBuffer;

/// Well-formed UTF-8 (Unicode standard, table 3-7): no surrogates, no longer form than needed.
final class Utf8 {

    private Utf8() {}

    static boolean isValid(ByteBuffer bytes, int from, int to) {
        int at = from;
        while (at < to) {
            int lead = bytes.get(at) & 0xFF;
            int length = length(lead);
            if (length == 0 || at + length > to || (length > 1 && !follows(bytes, at, lead, length))) {
                return false;
            }
            at += length;
        }
        return true;
    }

    private static int length(int lead) {
        if (lead < 0x80) {
            return 1;
        }
        if (lead < 0xC2 || lead > 0xF4) {
            return 0;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    private static boolean follows(ByteBuffer bytes, int at, int lead, int length) {
        int second = bytes.get(at + 1) & 0xFF;
        int least = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int most = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return false;
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((bytes.get(i) & 0xC0) != 0x80) {
                return false;
            }
        }
        return true;
    }
}
