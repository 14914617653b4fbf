package io.sluice.api.request;

import io.sluice.table.Failure;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The query part of a URI as the client wrote it. Read here and not through the servlet API, which would take form
/// bodies for parameters and drops what it cannot decode.
final class QueryString {

    private QueryString() {}

    /// The names in order, repeated ones repeated.
    ///
    /// @throws io.sluice.table.FailureException `bad-parameter` when something is not percent-encoded UTF-8
    static List<String> names(@Nullable String query) {
        var names = new ArrayList<String>();
        if (query == null || query.isEmpty()) {
            return names;
        }
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), "query string");
            if (equals >= 0) {
                decode(pair.substring(equals + 1), name);
            }
            names.add(name);
        }
        return names;
    }

    /// The names of those without a value.
    static List<String> empty(@Nullable String query) {
        return query == null
                ? List.of()
                : Stream.of(query.split("&", -1))
                        .filter(pair -> !pair.isEmpty())
                        .filter(pair -> pair.indexOf('=') < 0 || pair.indexOf('=') == pair.length() - 1)
                        .map(pair -> decode(pair.replace("=", ""), "query string"))
                        .toList();
    }

    static String decode(String encoded, String parameter) {
        byte[] bytes = encoded.getBytes(StandardCharsets.UTF_8);
        var decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw undecodable(parameter);
                }
                decoded.put((byte) (high * 16 + low));
                i += 2;
            } else {
                decoded.put(bytes[i] == '+' ? (byte) ' ' : bytes[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
        } catch (CharacterCodingException e) {
            throw undecodable(parameter);
        }
    }

    private static RuntimeException undecodable(String parameter) {
        return new Failure.BadParameter(parameter, "it is not percent-encoded UTF-8").asException();
    }
}
