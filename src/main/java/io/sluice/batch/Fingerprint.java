package io.sluice.batch;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What tells a repeated request from another one with the same key: SHA-256 over what it asks and the bytes of its
/// body.
public final class Fingerprint {

    private final MessageDigest digest;

    public Fingerprint(String seed) {
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        digest.update(seed.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    public MessageDigest digest() {
        return digest;
    }

    /// Hexadecimal, once all bytes went through the digest.
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
