package io.sluice.access.grant;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;

/// A new key and what the file of keys and grants has to say of it.
///
/// @param key the secret; nothing keeps it
/// @param yaml an element of `keys`
public record KeyEntry(String key, String yaml) {

    /// @throws IllegalArgumentException for a name that a key cannot have
    public static KeyEntry make(String name, Optional<Instant> expires, SecureRandom random) {
        if (!AccessReader.isName(name)) {
            throw new IllegalArgumentException(
                    "a name has letters, digits, '.', '_', '@' and '-', at most 128, and begins with a letter or digit");
        }
        ApiKey key = ApiKey.make(random);
        String end = expires.map(moment -> "\n        expires: \"" + moment.truncatedTo(ChronoUnit.SECONDS) + "\"")
                .orElse("");
        return new KeyEntry(
                key.text(),
                "  - name: " + name + "\n    secrets:\n      - id: \"" + key.id() + "\"\n        sha256: \""
                        + HexFormat.of().formatHex(key.sha256()) + "\"" + end);
    }
}
