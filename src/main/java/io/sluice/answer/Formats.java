package io.sluice.answer;

import io.sluice.api.AnswerOutput;
import io.sluice.compute.RowFormat;
import io.sluice.table.Failure;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

    /// How an answer in this format is coded for a client that sent this `Accept-Encoding`. Arrow and Parquet have
    /// codings of their own.
    public static AnswerOutput.Coding coding(RowFormat format, @Nullable String acceptEncoding) {
        return switch (format) {
            case JSON, NDJSON, CSV -> preferred(acceptEncoding);
            case ARROW_STREAM, PARQUET -> AnswerOutput.Coding.IDENTITY;
        };
    }

    /// The coding with the greatest weight in `Accept-Encoding` (RFC 9110, 12.5.3); gzip before zstd where both
    /// have the same, since more can be trusted to read it.
    static AnswerOutput.Coding preferred(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return AnswerOutput.Coding.IDENTITY;
        }
        double any = 0;
        double gzip = -1;
        double zstd = -1;
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.strip().split(";", -1);
            double weight = pieces.length > 1 ? weight(pieces[1].strip()) : 1;
            switch (pieces[0].strip()) {
                case "gzip", "x-gzip" -> gzip = weight;
                case "zstd" -> zstd = weight;
                case "*" -> any = weight;
                default -> {}
            }
        }
        double gzipWeight = gzip < 0 ? any : gzip;
        double zstdWeight = zstd < 0 ? 0 : zstd;
        if (gzipWeight <= 0 && zstdWeight <= 0) {
            return AnswerOutput.Coding.IDENTITY;
        }
        return zstdWeight > gzipWeight ? AnswerOutput.Coding.ZSTD : AnswerOutput.Coding.GZIP;
    }

    private static double weight(String parameter) {
        String text = parameter.startsWith("q=") ? parameter.substring(2).strip() : "";
        return text.matches("[01](\\.[0-9]{0,3})?") ? Double.parseDouble(text) : 1;
    }
}
