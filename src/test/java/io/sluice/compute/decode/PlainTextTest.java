package io.sluice.compute.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {

    private static final int LENGTH = 27;

    @ParameterizedTest
    @ValueSource(bytes = {' ', '!', 'a', 0x7F})
    void text_ends_at_the_first_byte_that_is_not_plain(byte filler) {
        for (int special = 0; special < 256; special++) {
            for (int at = 0; at < LENGTH; at++) {
                for (int next = 0; next < 256; next += 51) {
                    byte[] bytes = filled(filler);
                    bytes[at] = (byte) special;
                    if (at + 1 < LENGTH) {
                        bytes[at + 1] = (byte) next;
                    }
                    assertThat(PlainText.end(bytes, 0, LENGTH)).isEqualTo(expected(bytes));
                }
            }
        }
    }

    @Test
    void nothing_is_read_beyond_the_end() {
        byte[] bytes = filled((byte) 'a');
        for (int start = 0; start < LENGTH; start++) {
            for (int end = start; end <= LENGTH; end++) {
                assertThat(PlainText.end(bytes, start, end)).isEqualTo(start + (end - start) / 8 * 8);
            }
        }
    }

    private static byte[] filled(byte filler) {
        byte[] bytes = new byte[LENGTH];
        Arrays.fill(bytes, filler);
        return bytes;
    }

    /// Byte by byte, as far as eights go.
    private static int expected(byte[] bytes) {
        for (int i = 0; i < LENGTH / 8 * 8; i++) {
            if (bytes[i] < ' ' || bytes[i] == '"' || bytes[i] == '\\') {
                return i;
            }
        }
        return LENGTH / 8 * 8;
    }
}
