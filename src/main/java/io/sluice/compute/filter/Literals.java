package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.scan.PartitionValue;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Constants of the filter language.
final class Literals {

    private static final Pattern NUMBER = Pattern.compile("(\\d*\\.?\\d*)([eE][+-]?\\d+)?([a-zA-Z]*)");
    private static final int MOST_DIGITS = 38;

    private Literals() {}

    /// `1`, `1L`, `1.5`, `1.5D`, `1e3`, `1.5BD`, `1.5F`: as Spark reads them.
    static Literal number(String text) {
        Matcher parts = NUMBER.matcher(text);
        if (!parts.matches() || parts.group(1).equals(".") || parts.group(1).isEmpty()) {
            throw bad(text, "a number");
        }
        String digits = parts.group(1) + (parts.group(2) == null ? "" : parts.group(2));
        if (digits.length() > 400) {
            throw bad("a number of " + digits.length() + " characters", "a number");
        }
        return switch (parts.group(3).toUpperCase(Locale.ROOT)) {
            case "" -> parts.group(2) == null ? exact(digits) : floating(digits);
            case "L", "S", "Y" -> exact(digits);
            case "BD" -> decimal(digits);
            case "D" -> floating(digits);
            case "F" -> new Literal(Float.parseFloat(digits), Primitive.FLOAT);
            default -> throw bad(text, "a number");
        };
    }

    private static Literal floating(String digits) {
        return new Literal(Double.parseDouble(digits), Primitive.DOUBLE);
    }

    private static Literal exact(String digits) {
        return digits.contains(".") ? decimal(digits) : whole(new BigInteger(digits));
    }

    private static Literal whole(BigInteger value) {
        return value.bitLength() < 64
                ? new Literal(value.longValueExact(), Primitive.LONG)
                : decimal(new BigDecimal(value));
    }

    private static Literal decimal(String digits) {
        return decimal(new BigDecimal(digits));
    }

    private static Literal decimal(BigDecimal value) {
        if (Math.abs((long) value.scale()) > MOST_DIGITS) {
            return new Literal(value.doubleValue(), Primitive.DOUBLE);
        }
        BigDecimal plain = value.scale() < 0 ? value.setScale(0) : value;
        int precision = Math.max(plain.precision(), plain.scale());
        return precision > MOST_DIGITS
                ? new Literal(plain.doubleValue(), Primitive.DOUBLE)
                : new Literal(plain, new DataType.Decimal(precision, plain.scale()));
    }

    /// The number with the other sign.
    static Optional<Literal> negated(Literal literal) {
        return switch (literal.value()) {
            case Long value -> Optional.of(whole(BigInteger.valueOf(value).negate()));
            case BigDecimal value ->
                value.scale() == 0
                        ? Optional.of(whole(value.toBigIntegerExact().negate()))
                        : Optional.of(new Literal(value.negate(), literal.type()));
            case Double value -> Optional.of(new Literal(-value, literal.type()));
            case Float value -> Optional.of(new Literal(-value, literal.type()));
            default -> Optional.empty();
        };
    }

    /// `DATE'…'` and its like.
    static Optional<Literal> typed(String keyword, String text) {
        return switch (keyword.toUpperCase(Locale.ROOT)) {
            case "DATE" -> Optional.of(of(text, Primitive.DATE));
            case "TIMESTAMP", "TIMESTAMP_LTZ" -> Optional.of(of(text, Primitive.TIMESTAMP));
            case "TIMESTAMP_NTZ" -> Optional.of(of(text, Primitive.TIMESTAMP_NTZ));
            case "X" -> Optional.of(binary(text));
            default -> Optional.empty();
        };
    }

    private static Literal binary(String text) {
        try {
            return new Literal(HexFormat.of().parseHex(text), Primitive.BINARY);
        } catch (IllegalArgumentException e) {
            throw bad(text, "pairs of hexadecimal digits");
        }
    }

    /// The text as a value of a type.
    ///
    /// @throws FailureException `bad-filter` when it is none
    static Literal of(String text, DataType type) {
        String trimmed = text.strip();
        try {
            return switch (type) {
                case DataType.Decimal _ -> decimal(trimmed);
                case DataType.Primitive primitive -> of(text, trimmed, primitive);
                case DataType.Array _, DataType.Map _, DataType.Struct _ -> throw bad(text, "a value of this column");
            };
        } catch (NumberFormatException | DateTimeException e) {
            throw bad(text, "a value of type " + Types.name(type));
        }
    }

    private static Literal of(String text, String trimmed, Primitive type) {
        return switch (type) {
            case STRING -> new Literal(text, type);
            case BYTE, SHORT, INTEGER, LONG -> integral(trimmed);
            case FLOAT, DOUBLE -> new Literal(Double.parseDouble(trimmed), Primitive.DOUBLE);
            case DATE -> new Literal(LocalDate.parse(trimmed), type);
            case TIMESTAMP -> new Literal(PartitionValue.instant(trimmed).toInstant(ZoneOffset.UTC), type);
            case TIMESTAMP_NTZ -> new Literal(PartitionValue.wallClock(trimmed), type);
            case BOOLEAN -> bool(trimmed);
            case BINARY, VARIANT, VOID -> throw bad(text, "a value of type " + type.deltaName());
        };
    }

    private static Literal integral(String text) {
        var value = new BigDecimal(text);
        if (Math.abs((long) value.scale()) > 400) {
            throw new NumberFormatException();
        }
        return value.stripTrailingZeros().scale() <= 0 ? whole(value.toBigIntegerExact()) : decimal(value);
    }

    private static Literal bool(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> new Literal(true, Primitive.BOOLEAN);
            case "false", "f", "no", "n", "0" -> new Literal(false, Primitive.BOOLEAN);
            default -> throw bad(text, "a boolean");
        };
    }

    private static FailureException bad(String text, String wanted) {
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return new Failure.BadFilter("'" + shown + "' is not " + wanted).asException();
    }
}
