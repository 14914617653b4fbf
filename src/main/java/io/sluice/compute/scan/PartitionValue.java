package io.sluice.compute.scan;

import io.sluice.table.DataType;
import io.sluice.table.Failure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Partition values: the protocol's text forms as typed SQL constants (Delta protocol, "Partition Value
/// Serialization").
public final class PartitionValue {

    private static final String NULL = "NULL";

    /// What stands in the text form of a list as it is, in double quotes.
    private static final Pattern TAME = Pattern.compile("[A-Za-z0-9_ .:+-]+");

    private PartitionValue() {}

    /// A constant of the column's type; the empty string is null.
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt` when the text is not a value of the type
    public static String constant(@Nullable String text, DataType type) {
        return "CAST(" + element(text, type) + " AS " + SqlType.logical(type) + ")";
    }

    /// A list constant of the column's type with one element per text. Where nothing needs an escape it is a cast
    /// of one text: for a thousand files a third of the planning that as many literals take.
    public static String constants(List<@Nullable String> texts, DataType type) {
        List<Optional<String>> values =
                texts.stream().map(text -> plainIfAny(text, type)).toList();
        boolean tame = values.stream()
                .flatMap(Optional::stream)
                .allMatch(value -> TAME.matcher(value).matches());
        return (tame ? text(values) : literals(values)) + " AS " + SqlType.logical(type) + "[])";
    }

    private static String text(List<Optional<String>> values) {
        return values.stream()
                .map(value -> value.map(plain -> "\"" + plain + "\"").orElse(NULL))
                .collect(Collectors.joining(", ", "CAST('[", "]'"));
    }

    private static String literals(List<Optional<String>> values) {
        return values.stream()
                .map(value -> value.map(Sql::literal).orElse(NULL))
                .collect(Collectors.joining(", ", "CAST([", "]"));
    }

    private static String element(@Nullable String text, DataType type) {
        return plainIfAny(text, type).map(Sql::literal).orElse(NULL);
    }

    private static Optional<String> plainIfAny(@Nullable String text, DataType type) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(plain(text, type));
        } catch (ArithmeticException | NumberFormatException | DateTimeException e) {
            throw unreadable().asException(e);
        }
    }

    /// The text as DuckDB's casts read it.
    private static String plain(String text, DataType type) {
        return switch (type) {
            case DataType.Decimal decimal ->
                new BigDecimal(text).setScale(decimal.scale()).toPlainString();
            case DataType.Primitive primitive -> plain(text, primitive);
            case DataType.Array _, DataType.Map _, DataType.Struct _ ->
                throw unreadable().asException();
        };
    }

    private static String plain(String text, DataType.Primitive type) {
        return switch (type) {
            case BYTE, SHORT, INTEGER, LONG -> Long.toString(Long.parseLong(text));
            case FLOAT -> Float.toString(Float.parseFloat(text));
            case DOUBLE -> Double.toString(Double.parseDouble(text));
            case BOOLEAN -> bool(text);
            case STRING -> text;
            case BINARY -> escaped(text.getBytes(StandardCharsets.UTF_8));
            case DATE -> LocalDate.parse(text).toString();
            case TIMESTAMP -> unsigned(instant(text)) + "Z";
            case TIMESTAMP_NTZ -> unsigned(wallClock(text));
            case VARIANT, VOID -> throw unreadable().asException();
        };
    }

    private static String bool(String text) {
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return text.toLowerCase(Locale.ROOT);
        }
        throw unreadable().asException();
    }

    private static String escaped(byte[] bytes) {
        var text = new StringBuilder(bytes.length * 4);
        for (byte b : bytes) {
            text.append("\\x").append(Character.forDigit((b >> 4) & 15, 16)).append(Character.forDigit(b & 15, 16));
        }
        return text.toString();
    }

    /// `2024-01-01 00:00:00[.ffffff]` (in UTC) or ISO-8601 with an offset.
    ///
    /// @throws DateTimeException for anything else
    public static LocalDateTime instant(String text) {
        String iso = text.replace(' ', 'T');
        boolean offset = iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
        return offset
                ? OffsetDateTime.parse(iso)
                        .withOffsetSameInstant(ZoneOffset.UTC)
                        .toLocalDateTime()
                : wallClock(text);
    }

    /// `2024-01-01 00:00:00[.ffffff]`, or the same with a `T`; a date alone is its midnight.
    ///
    /// @throws DateTimeException for anything else
    public static LocalDateTime wallClock(String text) {
        String iso = text.replace(' ', 'T');
        return iso.indexOf('T') < 0 ? LocalDate.parse(iso).atStartOfDay() : LocalDateTime.parse(iso);
    }

    /// Java writes years beyond 9999 with a sign.
    private static String unsigned(LocalDateTime time) {
        String text = time.toString();
        return text.startsWith("+") ? text.substring(1) : text;
    }

    private static Failure unreadable() {
        return new Failure.TableCorrupt("a partition value in the log is not of its column's type");
    }
}
