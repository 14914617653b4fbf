package io.sluice.ingest;

import io.sluice.table.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `partition=<column>=<value>[/…]`. In names and values `%2F` stands for a slash, as in Hive's directories;
/// `__HIVE_DEFAULT_PARTITION__` for null.
public final class PartitionParameter {

    private static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

    private PartitionParameter() {}

    /// Texts of the values by column; empty for null.
    public static Map<String, Optional<String>> parse(String text) {
        var values = new LinkedHashMap<String, Optional<String>>();
        if (text.isEmpty()) {
            return values;
        }
        for (String part : text.split("/", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new Failure.BadParameter("partition", "it is column=value, more of them after a slash")
                        .asException();
            }
            String value = part.substring(equals + 1);
            var parsed = value.equals(NULL_VALUE) ? Optional.<String>empty() : Optional.of(unescape(value));
            if (values.put(unescape(part.substring(0, equals)), parsed) != null) {
                throw new Failure.BadParameter("partition", "it names a column twice").asException();
            }
        }
        return values;
    }

    private static String unescape(String text) {
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
