package io.sluice.batch;

import io.sluice.commit.RequestIdentity;
import io.sluice.table.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The headers of a batch that say who it is and what its commit is to remember.
public final class BatchHeaders {

    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1,255}");
    private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,19}");
    private static final int COMMIT_INFO_BYTES = 16 << 10;
    private static final JsonMapper JSON = JsonMapper.shared();

    private BatchHeaders() {}

    /// Who a batch is, before its fingerprint is known.
    public sealed interface Caller {

        record Key(String key) implements Caller {}

        record Producer(RequestIdentity.Sequence sequence) implements Caller {}

        record Nobody() implements Caller {}
    }

    public static Caller caller(@Nullable String key, @Nullable String producer, @Nullable String sequence) {
        if (key != null && (producer != null || sequence != null)) {
            throw bad("Idempotency-Key", "it and Sluice-Producer exclude each other");
        }
        if (key != null) {
            if (!KEY.matcher(key).matches()) {
                throw bad("Idempotency-Key", "it has 1 to 255 visible ASCII characters");
            }
            return new Caller.Key(key);
        }
        if (producer == null && sequence == null) {
            return new Caller.Nobody();
        }
        if (producer == null || sequence == null) {
            throw bad(
                    producer == null ? "Sluice-Producer" : "Sluice-Sequence",
                    "Sluice-Producer and Sluice-Sequence go together");
        }
        if (!KEY.matcher(producer).matches()) {
            throw bad("Sluice-Producer", "it has 1 to 255 visible ASCII characters");
        }
        return new Caller.Producer(new RequestIdentity.Sequence(producer, sequence(sequence)));
    }

    private static long sequence(String text) {
        try {
            if (SEQUENCE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // More than 63 bits: the same answer.
        }
        throw bad("Sluice-Sequence", "it is an integer from 0 to 9223372036854775807");
    }

    /// `Sluice-Commit-Info`, as it came.
    public static Optional<String> commitInfo(@Nullable String header) {
        if (header == null) {
            return Optional.empty();
        }
        if (header.getBytes(StandardCharsets.UTF_8).length > COMMIT_INFO_BYTES) {
            throw bad("Sluice-Commit-Info", "it is longer than " + COMMIT_INFO_BYTES + " bytes");
        }
        try {
            if (JSON.readTree(header).isObject()) {
                return Optional.of(header);
            }
        } catch (JacksonException e) {
            throw new Failure.BadParameter("Sluice-Commit-Info", "it is a JSON object").asException(e);
        }
        throw bad("Sluice-Commit-Info", "it is a JSON object");
    }

    private static RuntimeException bad(String header, String reason) {
        return new Failure.BadParameter(header, reason).asException();
    }
}
