package io.sluice.compute.parquet;

import io.sluice.table.DataType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/// Smallest and largest values of a column as the JSON values of Delta's statistics, from the text that DuckDB gives
/// for them.
///
/// A bound that cannot be told exactly enough is left out, which readers take as "unknown": so are dates and times
/// that other writers have put beyond the years 0001 to 9999. Long strings are cut, timestamps go to whole
/// milliseconds; both so that the lower bound stays at or below every value and the upper one at or above.
final class Bounds {

    /// Which of the two; they are cut in opposite directions.
    enum Side {
        MIN,
        MAX
    }

    private static final int PREFIX_CODE_POINTS = 32;
    private static final int MAX_CODE_POINT = Character.MAX_CODE_POINT;
    private static final int REPLACEMENT = 0xFFFD;
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS", Locale.ROOT);
    private static final int MAX_YEAR = 9999;

    private Bounds() {}

    static Optional<Object> of(DataType type, String text, Side side) {
        return switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case BYTE, SHORT, INTEGER, LONG -> Optional.of(Long.valueOf(text));
                    case FLOAT -> floating(text, side).map(Double::floatValue);
                    case DOUBLE -> floating(text, side).map(value -> value);
                    case STRING -> string(text, side).map(value -> value);
                    case DATE -> date(text).map(value -> value);
                    case TIMESTAMP -> timestamp(text, side).map(value -> value + "Z");
                    case TIMESTAMP_NTZ -> timestamp(text, side).map(value -> value);
                    case BOOLEAN, BINARY, VARIANT, VOID -> Optional.empty();
                };
            case DataType.Decimal decimal -> Optional.of(new BigDecimal(text));
            case DataType.Array array -> Optional.empty();
            case DataType.Map map -> Optional.empty();
            case DataType.Struct struct -> Optional.empty();
        };
    }

    /// Infinite bounds have no JSON number and are left out. A zero is signed so that it bounds both zeros.
    private static Optional<Double> floating(String text, Side side) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("inf") || lower.contains("nan")) {
            return Optional.empty();
        }
        double value = Double.parseDouble(text);
        if (value == 0) {
            return Optional.of(side == Side.MIN ? -0.0 : 0.0);
        }
        return Optional.of(value);
    }

    /// A prefix of 32 code points. The upper bound gets a code point that no continuation of the prefix exceeds in
    /// the order of UTF-8.
    static Optional<String> string(String text, Side side) {
        if (text.length() <= PREFIX_CODE_POINTS || text.codePointCount(0, text.length()) <= PREFIX_CODE_POINTS) {
            return Optional.of(text);
        }
        int end = text.offsetByCodePoints(0, PREFIX_CODE_POINTS);
        return switch (side) {
            case MIN -> Optional.of(text.substring(0, end));
            case MAX -> {
                while (end < text.length() && text.codePointAt(end) == MAX_CODE_POINT) {
                    end += Character.charCount(MAX_CODE_POINT);
                }
                if (end == text.length()) {
                    yield Optional.of(text);
                }
                int tieBreaker = text.codePointAt(end) < REPLACEMENT ? REPLACEMENT : MAX_CODE_POINT;
                yield Optional.of(text.substring(0, end) + Character.toString(tieBreaker));
            }
        };
    }

    private static Optional<String> date(String text) {
        try {
            return Optional.of(LocalDate.parse(text).toString());
        } catch (DateTimeParseException beyond) {
            return Optional.empty();
        }
    }

    /// DuckDB's `2024-01-01 00:00:00.000009`, with `+00` behind it where the type has a zone.
    private static Optional<String> timestamp(String text, Side side) {
        String plain = text.endsWith("+00") ? text.substring(0, text.length() - 3) : text;
        LocalDateTime value;
        try {
            value = LocalDateTime.parse(plain.replace(' ', 'T'));
        } catch (DateTimeParseException beyond) {
            return Optional.empty();
        }
        LocalDateTime millis = value.truncatedTo(ChronoUnit.MILLIS);
        if (side == Side.MAX && !millis.equals(value)) {
            millis = millis.plus(1, ChronoUnit.MILLIS);
        }
        return millis.getYear() > MAX_YEAR ? Optional.empty() : Optional.of(MILLIS.format(millis));
    }
}
