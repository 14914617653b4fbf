package io.sluice.table;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Names and values of partition columns as Hive writes them into names of directories.
public final class PartitionText {

    /// Stands for null.
    public static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    private PartitionText() {}

    /// The text that `%XX` escapes are taken from; a `%` that begins none stays.
    public static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var plain = new ByteArrayOutputStream();
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == (byte) 0x25 && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(bytes[i + 2], 16);
            if (low < 0) {
                plain.write(bytes[i]);
            } else {
                plain.write(high << 4 | low);
                i += 2;
            }
        }
        return plain.toString(StandardCharsets.UTF_8);
    }
}
