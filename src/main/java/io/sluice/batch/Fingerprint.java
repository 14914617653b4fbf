package io.sluice.batch;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// What tells a repeated request from another one with the same key: SHA-256 over what it asks and the bytes of its
/// body after its `Content-Encoding`, so that a body which is compressed anew is the same.
public final class Fingerprint {

    private final String seed;
    private @Nullable MessageDigest digest;
    private @Nullable String hex;

    public Fingerprint(String seed) {
        this.seed = seed;
    }

    /// The body, whose bytes are taken while they are read; it must be read to its end, once.
    public InputStream of(InputStream body) {
        return new DigestInputStream(body, digest());
    }

    private MessageDigest digest() {
        MessageDigest begun = digest;
        if (begun == null) {
            begun = begin();
            digest = begun;
        }
        return begun;
    }

    private MessageDigest begin() {
        try {
            var fresh = MessageDigest.getInstance("SHA-256");
            fresh.update(seed.getBytes(StandardCharsets.UTF_8));
            fresh.update((byte) 0);
            return fresh;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /// Hexadecimal, once all bytes were read.
    public String hex() {
        String made = hex;
        if (made == null) {
            made = HexFormat.of().formatHex(digest().digest());
            hex = made;
        }
        return made;
    }
}
