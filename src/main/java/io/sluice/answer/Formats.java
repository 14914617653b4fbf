package io.sluice.answer;

import io.sluice.api.AnswerOutput;
import io.sluice.compute.RowFormat;
import io.sluice.table.Failure;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/// Which format an `Accept` header means (RFC 9110, 12.5.1).
public final class Formats {

    private Formats() {}

    /// The acceptable format of the highest quality; of equal ones the most specifically named, then the first of
    /// [RowFormat].
    ///
    /// @throws io.sluice.table.FailureException `not-acceptable`, naming what can be had
    public static RowFormat accepted(@Nullable String accept) {
        if (accept == null || accept.isBlank()) {
            return RowFormat.JSON;
        }
        List<MediaType> ranges = ranges(accept);
        RowFormat best = null;
        double bestScore = 0;
        for (RowFormat format : RowFormat.values()) {
            double score = score(MediaType.parseMediaType(format.mediaType()), ranges);
            if (score > bestScore) {
                best = format;
                bestScore = score;
            }
        }
        if (best == null) {
            throw notAcceptable();
        }
        return best;
    }

    private static List<MediaType> ranges(String accept) {
        try {
            return MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException e) {
            throw notAcceptable();
        }
    }

    /// The quality of the most specific range that covers the type, and a little more where it is specific; 0 for
    /// none.
    private static double score(MediaType type, List<MediaType> ranges) {
        double score = 0;
        int specificity = -1;
        for (MediaType range : ranges) {
            int candidate = range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
            if (range.includes(type) && candidate > specificity) {
                specificity = candidate;
                score = range.getQualityValue() == 0 ? 0 : range.getQualityValue() + candidate * 1e-6;
            }
        }
        return score;
    }

    private static RuntimeException notAcceptable() {
        return new Failure.NotAcceptable(Arrays.stream(RowFormat.values())
                        .map(RowFormat::mediaType)
                        .toList())
                .asException();
    }

    /// The `Content-Type` of an answer in this format.
    public static String contentType(RowFormat format) {
        return switch (format) {
            case CSV -> format.mediaType() + ";charset=UTF-8";
            case JSON, NDJSON, ARROW_STREAM, PARQUET -> format.mediaType();
        };
    }

    /// How an answer in this format is coded for a client that sent this `Accept-Encoding`.
    public static AnswerOutput.Coding coding(RowFormat format, @Nullable String acceptEncoding) {
        boolean gzip = switch (format) {
            case JSON, NDJSON, CSV -> acceptsGzip(acceptEncoding);
            case ARROW_STREAM, PARQUET -> false;
        };
        return gzip ? AnswerOutput.Coding.GZIP : AnswerOutput.Coding.IDENTITY;
    }

    /// Whether `Accept-Encoding` takes gzip (RFC 9110, 12.5.3).
    public static boolean acceptsGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        boolean any = false;
        for (String part : acceptEncoding.split(",", -1)) {
            String[] pieces = part.strip().split(";", -1);
            String coding = pieces[0].strip();
            boolean refused = pieces.length > 1 && pieces[1].strip().matches("q=0(\\.0{0,3})?");
            if (coding.equalsIgnoreCase("gzip")) {
                return !refused;
            }
            any |= coding.equals("*") && !refused;
        }
        return any;
    }
}
