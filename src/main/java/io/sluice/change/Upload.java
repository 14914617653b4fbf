package io.sluice.change;

import io.sluice.api.ContentCoding;
import io.sluice.batch.BodyFormat;
import io.sluice.compute.RowFormat;
import java.io.InputStream;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A body of rows that is not read yet.
///
/// @param announcedBytes on the wire, where the client said so
record Upload(RowFormat format, ContentCoding coding, InputStream body, OptionalLong announcedBytes) {

    /// @throws io.sluice.table.FailureException `unsupported-media-type`
    static Upload of(
            @Nullable String contentType, @Nullable String contentEncoding, InputStream body, long contentLength) {
        return new Upload(
                BodyFormat.of(contentType),
                ContentCoding.of(contentEncoding),
                body,
                contentLength < 0 ? OptionalLong.empty() : OptionalLong.of(contentLength));
    }
}
