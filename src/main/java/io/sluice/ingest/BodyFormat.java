package io.sluice.ingest;

import io.sluice.compute.RowFormat;
import io.sluice.table.Failure;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/// `Content-Type` of a batch.
final class BodyFormat {

    private static final List<String> SUPPORTED =
            Arrays.stream(RowFormat.values()).map(RowFormat::mediaType).toList();

    private BodyFormat() {}

    /// @throws io.sluice.table.FailureException `unsupported-media-type`
    static RowFormat of(@Nullable String contentType) {
        if (contentType != null) {
            try {
                var type = MediaType.parseMediaType(contentType);
                String name = type.getType() + "/" + type.getSubtype();
                String charset = type.getParameters().getOrDefault("charset", "utf-8");
                for (RowFormat format : RowFormat.values()) {
                    if (format.mediaType().equalsIgnoreCase(name) && isUtf8(charset)) {
                        return format;
                    }
                }
            } catch (InvalidMediaTypeException e) {
                throw new Failure.UnsupportedMediaType("an unreadable one", SUPPORTED).asException(e);
            }
        }
        throw new Failure.UnsupportedMediaType(contentType == null ? "none" : shown(contentType), SUPPORTED)
                .asException();
    }

    private static boolean isUtf8(String charset) {
        String plain = charset.replace("\"", "");
        return plain.equalsIgnoreCase("utf-8") || plain.equalsIgnoreCase("utf8") || plain.equalsIgnoreCase("us-ascii");
    }

    private static String shown(String contentType) {
        return contentType.substring(0, Math.min(100, contentType.length()));
    }
}
