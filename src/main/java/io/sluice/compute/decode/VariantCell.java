package io.sluice.compute.decode;

import io.sluice.compute.column.BytesCells;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.io.JsonStringEncoder;

/// Any JSON value, kept as its text until a file is written. A number that neither a long nor a double holds exactly
/// is bad, since the encoding would round it.
final class VariantCell extends JsonCell {

    /// No longer number is compared.
    private static final int MOST_CHARACTERS = 400;

    private static final JsonStringEncoder STRINGS = JsonStringEncoder.getInstance();

    private final BytesCells texts;

    VariantCell(BytesCells texts, boolean nullable) {
        super(texts, nullable);
        this.texts = texts;
    }

    @Override
    void readValue(JsonParser parser) throws BadCellException {
        var text = new StringBuilder();
        value(parser, text);
        texts.append(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void value(JsonParser parser, StringBuilder text) throws BadCellException {
        switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, text);
            case START_ARRAY -> array(parser, text);
            case VALUE_STRING -> string(parser.getString(), text);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> text.append(exact(parser.getString()));
            case VALUE_TRUE -> text.append("true");
            case VALUE_FALSE -> text.append("false");
            default -> text.append("null");
        }
    }

    private static void object(JsonParser parser, StringBuilder text) throws BadCellException {
        Set<String> names = new HashSet<>();
        text.append('{');
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            if (!names.add(name)) {
                throw new BadCellException("has the member " + JsonRows.shown(name) + " twice");
            }
            if (names.size() > 1) {
                text.append(',');
            }
            string(name, text);
            text.append(':');
            parser.nextToken();
            value(parser, text);
        }
        text.append('}');
    }

    private static void array(JsonParser parser, StringBuilder text) throws BadCellException {
        text.append('[');
        boolean first = true;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (!first) {
                text.append(',');
            }
            first = false;
            value(parser, text);
        }
        text.append(']');
    }

    private static void string(String value, StringBuilder text) throws BadCellException {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
            throw new BadCellException("has a surrogate without its partner, which UTF-8 cannot hold");
        }
        text.append('"');
        STRINGS.quoteAsString(value, text);
        text.append('"');
    }

    private static String exact(String number) throws BadCellException {
        if (number.length() > MOST_CHARACTERS) {
            throw inexact();
        }
        double nearest = Double.parseDouble(number);
        boolean isWhole = number.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
        boolean holds = isWhole
                ? new BigDecimal(number).toBigInteger().bitLength() < Long.SIZE
                : Double.isFinite(nearest) && new BigDecimal(number).compareTo(BigDecimal.valueOf(nearest)) == 0;
        if (!holds) {
            throw inexact();
        }
        return number;
    }

    private static BadCellException inexact() {
        return new BadCellException("has a number that neither 64 bits nor a double hold exactly");
    }
}
