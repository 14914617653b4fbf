package io.sluice.compute.decode;

/// The escapes of a JSON string (RFC 8259, section 7), turned into UTF-8.
final class JsonEscapes {

    private JsonEscapes() {}

    /// Copies the inside of a string without its escapes; the result is never longer.
    ///
    /// @param target takes as many bytes as there are from `from` to `to`
    /// @return the length of the copy, or -1 when an escape is broken or a surrogate lacks its partner
    static int copy(byte[] source, int from, int to, byte[] target) {
        int length = 0;
        for (int at = from; at < to; at++) {
            if (source[at] != '\\') {
                target[length++] = source[at];
                continue;
            }
            if (++at >= to) {
                return -1;
            }
            if (source[at] != 'u') {
                int plain = plain(source[at]);
                if (plain < 0) {
                    return -1;
                }
                target[length++] = (byte) plain;
                continue;
            }
            int point = hex(source, at + 1, to);
            at += 4;
            if (point >= 0xD800 && point <= 0xDBFF && at + 2 < to && source[at + 1] == '\\' && source[at + 2] == 'u') {
                int low = hex(source, at + 3, to);
                if (low < 0xDC00 || low > 0xDFFF) {
                    return -1;
                }
                point = Character.toCodePoint((char) point, (char) low);
                at += 6;
            }
            if (point < 0 || (point >= 0xD800 && point <= 0xDFFF)) {
                return -1;
            }
            length = append(point, target, length);
        }
        return length;
    }

    private static int plain(byte escape) {
        return switch (escape) {
            case '"', '\\', '/' -> escape;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> -1;
        };
    }

    private static int hex(byte[] source, int from, int to) {
        if (from + 4 > to) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < from + 4; i++) {
            int digit = source[i] < 0 ? -1 : Character.digit(source[i], 16);
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static int append(int point, byte[] target, int start) {
        int at = start;
        if (point < 0x80) {
            target[at++] = (byte) point;
        } else if (point < 0x800) {
            target[at++] = (byte) (0xC0 | point >> 6);
            target[at++] = (byte) (0x80 | point & 0x3F);
        } else if (point < 0x10000) {
            target[at++] = (byte) (0xE0 | point >> 12);
            target[at++] = (byte) (0x80 | point >> 6 & 0x3F);
            target[at++] = (byte) (0x80 | point & 0x3F);
        } else {
            target[at++] = (byte) (0xF0 | point >> 18);
            target[at++] = (byte) (0x80 | point >> 12 & 0x3F);
            target[at++] = (byte) (0x80 | point >> 6 & 0x3F);
            target[at++] = (byte) (0x80 | point & 0x3F);
        }
        return at;
    }
}
