package io.sluice.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A file of keys and grants in the making, as an operator would write it, and the keys to it.
final class Keys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, String> keys = new LinkedHashMap<>();
    private final List<String> entries = new ArrayList<>();
    private final List<String> grants = new ArrayList<>();

    /// A key of this name, and what it may do: grants without their `to`.
    Keys key(String name, String... allowed) {
        return key(name, "", allowed);
    }

    /// A key that has expired.
    Keys expired(String name, String... allowed) {
        return key(name, ", expires: '2020-01-01T00:00:00Z'", allowed);
    }

    private Keys key(String name, String more, String... allowed) {
        String key = make();
        keys.put(name, key);
        entries.add("  - {name: " + name + ", secrets: [{id: '" + key.substring(4, 16) + "', sha256: '" + sha256(key)
                + "'" + more + "}]}");
        for (String grant : allowed) {
            grant("key:" + name, grant);
        }
        return this;
    }

    Keys grant(String to, String grant) {
        grants.add("  - {to: ['" + to + "'], " + grant + "}");
        return this;
    }

    /// The settings of a service with this file.
    ///
    /// @param file where it is written
    Map<String, String> settings(Path file) {
        write(file);
        return Map.of("sluice.auth.mode", "keys", "sluice.auth.file", file.toString());
    }

    void write(Path file) {
        try {
            Files.writeString(
                    file, "keys:\n" + String.join("\n", entries) + "\ngrants:\n" + String.join("\n", grants) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The value of `Authorization`.
    String bearer(String name) {
        return "Bearer " + keys.get(name);
    }

    /// A key that looks like one and that nobody has.
    static String make() {
        byte[] id = new byte[6];
        byte[] secret = new byte[32];
        RANDOM.nextBytes(id);
        RANDOM.nextBytes(secret);
        return "slk_" + HexFormat.of().formatHex(id) + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
