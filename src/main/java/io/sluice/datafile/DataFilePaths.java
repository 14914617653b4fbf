package io.sluice.datafile;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Where data files lie in a table, and how the log writes that down.
public final class DataFilePaths {

    private static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";
    private static final String ESCAPED = "\"#%'*/:=?\\\u007F{[]^";
    private static final String PLAIN_IN_URI =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=@/";
    /// What a directory's name may have on common file systems, with room to spare.
    private static final int MAX_SEGMENT_BYTES = 250;

    private DataFilePaths() {}

    /// The relative path of a file: `column=value/` for each partition column, escaped as Hive and Spark do, then
    /// the file's name. Values that make no directory's name are left out of the path; readers take them from the
    /// log.
    public static String relative(Map<String, @Nullable String> partitionValues, String fileName) {
        String directories = partitionValues.entrySet().stream()
                .map(entry -> escape(entry.getKey()) + "=" + value(entry.getValue()) + "/")
                .collect(Collectors.joining());
        for (String segment : directories.split("/", -1)) {
            if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                return fileName;
            }
        }
        return directories + fileName;
    }

    private static String value(@Nullable String text) {
        return text == null || text.isEmpty() ? NULL_VALUE : escape(text);
    }

    private static String escape(String text) {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || ESCAPED.indexOf(c) >= 0) {
                escaped.append('%').append(hex(c >> 4)).append(hex(c & 0xF));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /// A relative path as `add.path` holds it: percent-encoded (Delta protocol, "Add File and Remove File"; RFC
    /// 3986).
    public static String encoded(String relative) {
        var encoded = new StringBuilder();
        for (byte b : relative.getBytes(StandardCharsets.UTF_8)) {
            if (b > 0 && PLAIN_IN_URI.indexOf(b) >= 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(hex((b >> 4) & 0xF)).append(hex(b & 0xF));
            }
        }
        return encoded.toString();
    }

    /// The relative path of [#encoded(String)].
    public static String decoded(String encoded) {
        return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static char hex(int digit) {
        return "0123456789ABCDEF".charAt(digit);
    }
}
