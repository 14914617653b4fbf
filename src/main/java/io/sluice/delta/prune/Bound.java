package io.sluice.delta.prune;

import io.sluice.table.DataType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Values of a column as they are compared: Long (whole numbers, booleans, days, microseconds), Double, BigDecimal or
/// String.
///
/// Bounds of the log are widened where writers may have cut them: timestamps to milliseconds, long decimals to
/// doubles, and doubles to floats, as which a column may have begun that was widened since: the bound `0.7` of a float
/// is the text of a number that is a little less.
final class Bound {

    private static final long MICROS_PER_MILLI = 1_000;
    private static final int EXACT_AS_DOUBLE_DIGITS = 15;

    private Bound() {}

    /// Whether values of this type are compared as longs.
    static boolean isLong(DataType type) {
        return type instanceof DataType.Primitive primitive
                && switch (primitive) {
                    case BYTE, SHORT, INTEGER, LONG, BOOLEAN, DATE, TIMESTAMP, TIMESTAMP_NTZ -> true;
                    case FLOAT, DOUBLE, STRING, BINARY, VARIANT, VOID -> false;
                };
    }

    /// A constant of a predicate; null when it cannot be compared.
    static @Nullable Object constant(Object value, DataType type) {
        return switch (value) {
            case Long number -> of(number, type);
            case BigDecimal number -> of(number, type);
            case Float number -> type instanceof DataType.Primitive ? nonNan(number.doubleValue()) : null;
            case Double number -> type instanceof DataType.Primitive ? nonNan(number) : null;
            case Boolean bool -> of(bool, type);
            case String text -> type == DataType.Primitive.STRING ? text : null;
            case LocalDate date -> type == DataType.Primitive.DATE ? date.toEpochDay() : null;
            case Instant instant -> type == DataType.Primitive.TIMESTAMP ? micros(instant) : null;
            case LocalDateTime time ->
                type == DataType.Primitive.TIMESTAMP_NTZ ? micros(time.toInstant(ZoneOffset.UTC)) : null;
            default -> null;
        };
    }

    /// A `minValues` entry, not greater than any value of the file; null when it says nothing.
    static @Nullable Object lower(@Nullable Object json, DataType type) {
        Object exact = json == null ? null : of(json, type);
        if (exact instanceof Long micros && isTimestamp(type)) {
            return micros - MICROS_PER_MILLI;
        }
        if (exact instanceof BigDecimal decimal && decimal.precision() > EXACT_AS_DOUBLE_DIGITS) {
            return decimal.subtract(BigDecimal.valueOf(Math.ulp(decimal.doubleValue())));
        }
        return exact instanceof Double number && type == DataType.Primitive.DOUBLE
                ? (Object) (number - floatUlp(number))
                : exact;
    }

    /// A `maxValues` entry, not less than any value of the file; null when it says nothing. Of floating point
    /// numbers it never says anything about greater ones: writers leave NaN out, which is the greatest of all.
    static @Nullable Object upper(@Nullable Object json, DataType type) {
        Object exact = json == null ? null : of(json, type);
        if (exact instanceof Long micros && isTimestamp(type)) {
            return micros + MICROS_PER_MILLI;
        }
        if (exact instanceof BigDecimal decimal && decimal.precision() > EXACT_AS_DOUBLE_DIGITS) {
            return decimal.add(BigDecimal.valueOf(Math.ulp(decimal.doubleValue())));
        }
        return exact instanceof Double number && type == DataType.Primitive.DOUBLE
                ? (Object) (number + floatUlp(number))
                : exact;
    }

    /// How far a number may be from the float nearest to it; nothing for infinities.
    private static double floatUlp(double number) {
        return Double.isInfinite(number) ? 0 : Math.ulp((float) number);
    }

    /// A partition value's text (Delta protocol, "Partition Value Serialization"); null when it cannot be read.
    static @Nullable Object partition(String text, DataType type) {
        try {
            return switch (type) {
                case DataType.Decimal _ -> new BigDecimal(text);
                case DataType.Primitive primitive ->
                    switch (primitive) {
                        case BYTE, SHORT, INTEGER, LONG -> Long.parseLong(text);
                        case FLOAT -> nonNan(Float.parseFloat(text));
                        case DOUBLE -> nonNan(Double.parseDouble(text));
                        case BOOLEAN ->
                            switch (text.toLowerCase(Locale.ROOT)) {
                                case "true" -> 1L;
                                case "false" -> 0L;
                                default -> null;
                            };
                        case STRING -> text;
                        case DATE -> LocalDate.parse(text).toEpochDay();
                        case TIMESTAMP, TIMESTAMP_NTZ -> time(text);
                        case BINARY, VARIANT, VOID -> null;
                    };
                case DataType.Array _, DataType.Map _, DataType.Struct _ -> null;
            };
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static boolean isTimestamp(DataType type) {
        return type == DataType.Primitive.TIMESTAMP || type == DataType.Primitive.TIMESTAMP_NTZ;
    }

    private static @Nullable Object of(Object json, DataType type) {
        try {
            return switch (type) {
                case DataType.Decimal _ -> decimal(json);
                case DataType.Primitive primitive ->
                    switch (primitive) {
                        case BYTE, SHORT, INTEGER, LONG -> json instanceof Long ? json : null;
                        case FLOAT -> json instanceof Number number ? floating(number.floatValue()) : infinity(json);
                        case DOUBLE -> json instanceof Number number ? floating(number.doubleValue()) : infinity(json);
                        case BOOLEAN -> json instanceof Boolean bool ? (Object) (bool ? 1L : 0L) : null;
                        case STRING -> json instanceof String ? json : null;
                        case DATE ->
                            json instanceof String text ? LocalDate.parse(text).toEpochDay() : null;
                        case TIMESTAMP, TIMESTAMP_NTZ -> json instanceof String text ? time(text) : null;
                        case BINARY, VARIANT, VOID -> null;
                    };
                case DataType.Array _, DataType.Map _, DataType.Struct _ -> null;
            };
        } catch (NumberFormatException | DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    private static @Nullable BigDecimal decimal(Object json) {
        return switch (json) {
            case Long number -> BigDecimal.valueOf(number);
            case BigDecimal number -> number;
            case Double number -> BigDecimal.valueOf(number);
            case String text -> new BigDecimal(text);
            default -> null;
        };
    }

    private static @Nullable Object infinity(Object json) {
        if (json.equals("Infinity")) {
            return Double.POSITIVE_INFINITY;
        }
        return json.equals("-Infinity") ? Double.NEGATIVE_INFINITY : null;
    }

    private static @Nullable Double floating(double value) {
        return nonNan(value);
    }

    /// Zero has one sign here, as in comparisons of SQL.
    private static @Nullable Double nonNan(double value) {
        return Double.isNaN(value) ? null : Double.valueOf(value + 0.0);
    }

    /// Microseconds of a timestamp's text: `2026-11-20T08:15:30.123Z`, with another offset, with a blank for the
    /// T, or a date alone. Without an offset it is taken as UTC.
    private static @Nullable Object time(String text) {
        if (text.length() <= 10) {
            return micros(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
        }
        String iso = text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        int offset = Math.max(iso.indexOf('+', 11), iso.indexOf('-', 11));
        return iso.endsWith("Z") || offset > 0
                ? micros(OffsetDateTime.parse(iso).toInstant())
                : micros(LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC));
    }

    private static Long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    /// Order of values of one kind; strings by code point, which is the order of their UTF-8 bytes.
    static int compare(Object left, Object right) {
        return switch (left) {
            case Long number -> number.compareTo((Long) right);
            case Double number -> number.compareTo((Double) right);
            case BigDecimal number -> number.compareTo((BigDecimal) right);
            case String text -> compareCodePoints(text, (String) right);
            default -> throw new IllegalArgumentException("not comparable: " + left.getClass());
        };
    }

    private static int compareCodePoints(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a != b) {
                boolean surrogateA = Character.isSurrogate(a);
                boolean surrogateB = Character.isSurrogate(b);
                return surrogateA == surrogateB ? Character.compare(a, b) : surrogateA ? 1 : -1;
            }
        }
        return Integer.compare(left.length(), right.length());
    }
}
