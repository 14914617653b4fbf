package io.sluice.delta;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/// Base85 in the variant of ZeroMQ RFC 32, as deletion vectors use it (Delta protocol, "Deletion Vector Descriptor
/// Schema").
final class Z85 {

    static final int UUID_CHARACTERS = 20;

    private static final String ALPHABET =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    private static final int BASE = 85;
    private static final byte[] DIGITS = new byte[128];

    static {
        Arrays.fill(DIGITS, (byte) -1);
        for (int i = 0; i < ALPHABET.length(); i++) {
            DIGITS[ALPHABET.charAt(i)] = (byte) i;
        }
    }

    private Z85() {}

    /// The bytes of a text whose length is a multiple of five.
    ///
    /// @throws IllegalArgumentException when it is not such a text
    static byte[] decode(String text) {
        if (text.length() % 5 != 0) {
            throw new IllegalArgumentException("not a multiple of five characters");
        }
        ByteBuffer bytes = ByteBuffer.allocate(text.length() / 5 * 4);
        for (int i = 0; i < text.length(); i += 5) {
            long word = 0;
            for (int j = i; j < i + 5; j++) {
                char character = text.charAt(j);
                int digit = character < DIGITS.length ? DIGITS[character] : -1;
                if (digit < 0) {
                    throw new IllegalArgumentException("not a base85 character");
                }
                word = word * BASE + digit;
            }
            if (word > 0xffff_ffffL) {
                throw new IllegalArgumentException("five characters exceed 32 bits");
            }
            bytes.putInt((int) word);
        }
        return bytes.array();
    }

    /// The text of bytes, which are filled up with zeros to a multiple of four.
    static String encode(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(Arrays.copyOf(bytes, (bytes.length + 3) / 4 * 4));
        StringBuilder text = new StringBuilder(words.capacity() / 4 * 5);
        while (words.hasRemaining()) {
            long word = words.getInt() & 0xffff_ffffL;
            char[] five = new char[5];
            for (int i = 4; i >= 0; i--) {
                five[i] = ALPHABET.charAt((int) (word % BASE));
                word /= BASE;
            }
            text.append(five);
        }
        return text.toString();
    }

    static UUID decodeUuid(String text) {
        ByteBuffer bytes = ByteBuffer.wrap(decode(text));
        return new UUID(bytes.getLong(), bytes.getLong());
    }

    static String encodeUuid(UUID id) {
        return encode(ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array());
    }
}
