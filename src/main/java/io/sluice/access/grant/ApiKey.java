package io.sluice.access.grant;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An API key: `slk_<id>_<secret>`. The prefix lets scanners of secrets find it, the id names it in files and logs,
/// the secret is 256 random bits.
///
/// A secret of so many bits needs no slow hash: nobody can try them.
public record ApiKey(String id, String text) {

    private static final Pattern TEXT = Pattern.compile("slk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}");
    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;

    /// A new key.
    static ApiKey make(SecureRandom random) {
        String id = HexFormat.of().formatHex(bytes(random, ID_BYTES));
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes(random, SECRET_BYTES));
        return new ApiKey(id, "slk_" + id + "_" + secret);
    }

    private static byte[] bytes(SecureRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /// Empty for what is no key of ours, whoever sends it.
    public static Optional<ApiKey> parse(String text) {
        Matcher key = TEXT.matcher(text);
        return key.matches() ? Optional.of(new ApiKey(key.group(1), text)) : Optional.empty();
    }

    byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Without the secret.
    @Override
    public String toString() {
        return "slk_" + id + "_…";
    }
}
