package io.sluice.delta;

import io.sluice.table.JsonValues;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The values of an action's members, at which a parser stands. A value of another kind than is asked for is a
/// [MalformedActionException]; null is a member that is absent.
final class JsonTokens {

    private JsonTokens() {}

    @SuppressWarnings("unchecked")
    static Map<String, Object> members(JsonParser parser) {
        if (!(JsonValues.read(parser) instanceof Map<?, ?> members)) {
            throw new MalformedActionException("an object is expected");
        }
        return (Map<String, Object>) members;
    }

    static Optional<String> text(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_STRING -> Optional.of(parser.getString());
            case VALUE_NULL -> Optional.empty();
            default -> throw new MalformedActionException("a string is expected");
        };
    }

    static OptionalLong number(JsonParser parser) {
        return switch (parser.currentToken()) {
            case VALUE_NUMBER_INT -> OptionalLong.of(parser.getLongValue());
            case VALUE_NULL -> OptionalLong.empty();
            default -> throw new MalformedActionException("a whole number is expected");
        };
    }

    static boolean flag(JsonParser parser, boolean absent) {
        return switch (parser.currentToken()) {
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> absent;
            default -> throw new MalformedActionException("true or false is expected");
        };
    }

    static Map<String, @Nullable String> texts(JsonParser parser) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return Map.of();
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new MalformedActionException("an object is expected");
        }
        Map<String, @Nullable String> texts = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            parser.nextToken();
            texts.put(name, text(parser).orElse(null));
        }
        return texts.isEmpty() ? Map.of() : Collections.unmodifiableMap(texts);
    }
}
