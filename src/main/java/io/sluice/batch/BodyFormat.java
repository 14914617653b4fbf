package io.sluice.batch;

import io.sluice.compute.RowFormat;
import io.sluice.table.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `Content-Type` of a batch.
public final class BodyFormat {

    private static final List<String> SUPPORTED =
            Arrays.stream(RowFormat.values()).map(RowFormat::mediaType).toList();
    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");
    private static final int SHOWN_CHARACTERS = 100;

    private BodyFormat() {}

    /// @throws io.sluice.table.FailureException `unsupported-media-type`
    public static RowFormat of(@Nullable String contentType) {
        if (contentType == null) {
            throw unsupported("none");
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";", -1);
        for (RowFormat format : RowFormat.values()) {
            if (format.mediaType().equals(parts[0].strip())
                    && Arrays.stream(parts).skip(1).allMatch(BodyFormat::isRead)) {
                return format;
            }
        }
        throw unsupported(contentType.substring(0, Math.min(SHOWN_CHARACTERS, contentType.length())));
    }

    /// Whether a parameter leaves the body readable: any but another charset than UTF-8.
    private static boolean isRead(String parameter) {
        String plain = parameter.strip().replace("\"", "");
        return !plain.startsWith("charset=") || CHARSETS.contains(plain.substring("charset=".length()));
    }

    private static RuntimeException unsupported(String given) {
        return new Failure.UnsupportedMediaType(given, SUPPORTED).asException();
    }
}
