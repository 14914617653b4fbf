package io.sluice.compute.encode;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;

/// A growing buffer of UTF-8 text, written without a String per value.
final class ByteText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.US_ASCII);
    /// For each byte: 0 if a JSON string may hold it as it is, else the letter after the backslash; four digits
    /// follow a 'u'.
    private static final byte[] ESCAPE = escapes();

    private final StringBuilder number = new StringBuilder();
    private byte[] bytes;
    private int length;

    ByteText(int capacity) {
        this.bytes = new byte[capacity];
    }

    int length() {
        return length;
    }

    void truncate(int newLength) {
        length = newLength;
    }

    byte at(int index) {
        return bytes[index];
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void drainTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
        length = 0;
    }

    void put(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
    }

    void put(byte[] text) {
        ensure(text.length);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
    }

    void ascii(CharSequence text) {
        int count = text.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    void number(long value) {
        if (value == Long.MIN_VALUE) {
            ascii("-9223372036854775808");
            return;
        }
        ensure(20);
        long rest = value;
        if (rest < 0) {
            bytes[length++] = '-';
            rest = -rest;
        }
        int digits = digits(rest);
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private static int digits(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return digits;
    }

    /// With leading zeros up to the width.
    void padded(int value, int width) {
        ensure(width);
        int rest = value;
        for (int i = length + width - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += width;
    }

    void number(double value) {
        number.setLength(0);
        ascii(number.append(value));
    }

    void number(float value) {
        number.setLength(0);
        ascii(number.append(value));
    }

    /// The bytes as they are.
    void raw(ArrowBuf buffer, long start, int count) {
        ensure(count);
        buffer.getBytes(start, bytes, length, count);
        length += count;
    }

    /// A JSON string of UTF-8 bytes, with its quotes.
    void jsonString(ArrowBuf buffer, long start, int count) {
        put('"');
        raw(buffer, start, count);
        int first = length - count;
        int clean = first;
        while (clean < length && ESCAPE[bytes[clean] & 0xff] == 0) {
            clean++;
        }
        if (clean < length) {
            escapeFrom(clean);
        }
        put('"');
    }

    /// A JSON string, with its quotes.
    void jsonString(String text) {
        put('"');
        int first = length;
        put(text.getBytes(StandardCharsets.UTF_8));
        escapeFrom(first);
        put('"');
    }

    private void escapeFrom(int first) {
        byte[] plain = Arrays.copyOfRange(bytes, first, length);
        length = first;
        for (byte b : plain) {
            byte escape = ESCAPE[b & 0xff];
            ensure(6);
            if (escape == 0) {
                bytes[length++] = b;
            } else {
                bytes[length++] = '\\';
                bytes[length++] = escape;
                if (escape == 'u') {
                    bytes[length++] = '0';
                    bytes[length++] = '0';
                    bytes[length++] = HEX[b >> 4];
                    bytes[length++] = HEX[b & 15];
                }
            }
        }
    }

    /// Puts what was written from there on in quotes if a CSV field needs them (RFC 4180); an empty one gets them
    /// too.
    void csvQuoteFrom(int first) {
        int quotes = 0;
        boolean needed = first == length;
        for (int i = first; i < length; i++) {
            byte b = bytes[i];
            quotes += b == '"' ? 1 : 0;
            needed |= b == '"' || b == ',' || b == '\n' || b == '\r';
        }
        if (!needed) {
            return;
        }
        int more = quotes + 2;
        ensure(more);
        int to = length + more;
        bytes[--to] = '"';
        for (int i = length - 1; i >= first; i--) {
            byte b = bytes[i];
            bytes[--to] = b;
            if (b == '"') {
                bytes[--to] = '"';
            }
        }
        bytes[--to] = '"';
        length += more;
    }

    /// RFC 4648 base64, with padding.
    void base64(ArrowBuf buffer, long start, int count) {
        ensure((count + 2) / 3 * 4);
        int i = 0;
        for (; i + 2 < count; i += 3) {
            group(buffer.getByte(start + i), buffer.getByte(start + i + 1), buffer.getByte(start + i + 2), 4);
        }
        if (count - i == 1) {
            group(buffer.getByte(start + i), (byte) 0, (byte) 0, 2);
        } else if (count - i == 2) {
            group(buffer.getByte(start + i), buffer.getByte(start + i + 1), (byte) 0, 3);
        }
    }

    private void group(byte first, byte second, byte third, int meaningful) {
        int bits = (first & 0xff) << 16 | (second & 0xff) << 8 | third & 0xff;
        for (int i = 0; i < 4; i++) {
            bytes[length++] = i < meaningful ? BASE64[bits >> (18 - 6 * i) & 63] : (byte) '=';
        }
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.multiplyExact(bytes.length, 2), Math.addExact(length, more)));
        }
    }

    private static byte[] escapes() {
        var escapes = new byte[256];
        Arrays.fill(escapes, 0, 32, (byte) 'u');
        escapes['\b'] = 'b';
        escapes['\f'] = 'f';
        escapes['\n'] = 'n';
        escapes['\r'] = 'r';
        escapes['\t'] = 't';
        escapes['"'] = '"';
        escapes['\\'] = '\\';
        return escapes;
    }
}
