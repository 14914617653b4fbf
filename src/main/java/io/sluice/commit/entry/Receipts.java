package io.sluice.commit.entry;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.log.FirstLine;
import io.sluice.commit.log.LogFile;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TransactionMemory;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.json.JsonMapper;

/// Requests that a table's log remembers, so that any replica recognises them.
///
/// A key becomes the `txn` of an application named after the key's hash, whose version is the commit's own, so that a
/// look-up leads to the commit; its figures stand in that commit's `commitInfo`, member `sluice`. A producer is an
/// application, its sequence the version.
public final class Receipts {

    private static final String KEY_PREFIX = "sluice-key-";
    private static final String MEMBER = "sluice";
    private static final String RECEIPTS = "receipts";
    private static final String FINGERPRINT = "fingerprint";
    private static final String ROWS = "rows";
    private static final String FILES = "files";
    private static final String BYTES = "bytes";
    private static final String RESULT = "result";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Storages storages;
    private final Clock clock;
    private final Duration window;

    /// @param window how long a key is remembered; one last used before it is a new one
    public Receipts(Storages storages, Clock clock, Duration window) {
        this.storages = storages;
        this.clock = clock;
        this.window = window;
    }

    /// The application id under which the table's log knows this identity.
    public static String applicationId(RequestIdentity identity) {
        return switch (identity) {
            case RequestIdentity.Key key -> KEY_PREFIX + digest(key.key());
            case RequestIdentity.Sequence sequence -> "sluice-producer-" + sequence.producer();
        };
    }

    /// What the log answers to this request: its earlier outcome, or that its key belongs to another request;
    /// nothing when it is new.
    ///
    /// @throws io.sluice.table.FailureException `storage-unavailable`
    public Optional<CommitOutcome> find(TableSnapshot snapshot, RequestIdentity identity) {
        Optional<Action.SetTransaction> last = snapshot.transaction(applicationId(identity));
        return switch (identity) {
            case RequestIdentity.Key key ->
                last.filter(this::isRemembered).map(transaction -> answer(snapshot, key, transaction.version()));
            case RequestIdentity.Sequence sequence ->
                last.filter(transaction -> sequence.sequence() <= transaction.version())
                        .map(_ -> new CommitOutcome.Replayed(snapshot.version(), 0, 0, 0));
        };
    }

    /// Keys are remembered for the window, whatever the table says of other ids; after it checkpoints leave them
    /// out.
    public TransactionMemory.Verdict memory(Action.SetTransaction transaction) {
        if (!transaction.appId().startsWith(KEY_PREFIX)) {
            return TransactionMemory.Verdict.AS_THE_TABLE_SAYS;
        }
        return isRemembered(transaction) ? TransactionMemory.Verdict.KEPT : TransactionMemory.Verdict.FORGOTTEN;
    }

    /// `txn` actions of a commit that holds these requests.
    List<Action.SetTransaction> transactions(List<RequestIdentity> requests, long version) {
        OptionalLong now = OptionalLong.of(clock.millis());
        return requests.stream()
                .map(identity -> switch (identity) {
                    case RequestIdentity.Key _ -> new Action.SetTransaction(applicationId(identity), version, now);
                    case RequestIdentity.Sequence sequence ->
                        new Action.SetTransaction(applicationId(identity), sequence.sequence(), now);
                })
                .toList();
    }

    /// The same for a commit whose version is not known yet.
    public List<Action.SetTransaction> transactions(RequestIdentity request) {
        return transactions(List.of(request), 0);
    }

    /// The member `sluice` of the commit's `commitInfo`; empty when no request has a key.
    ///
    /// @param answers what a repetition of each request will be answered with
    static Map<String, Object> member(Map<RequestIdentity, Map<String, Object>> answers) {
        Map<String, Object> receipts = new LinkedHashMap<>();
        answers.forEach((request, answer) -> {
            if (request instanceof RequestIdentity.Key key) {
                Map<String, Object> receipt = new LinkedHashMap<>();
                receipt.put(FINGERPRINT, key.fingerprint());
                receipt.putAll(answer);
                receipts.put(applicationId(key), receipt);
            }
        });
        return receipts.isEmpty() ? Map.of() : Map.of(MEMBER, Map.of(RECEIPTS, receipts));
    }

    /// The answer of an append.
    static Map<String, Object> figures(long rows, int files, long bytes) {
        return Map.of(ROWS, rows, FILES, (long) files, BYTES, bytes);
    }

    /// The answer of a change, as text: so it comes back as it was, nulls included.
    static Map<String, Object> result(Object result) {
        return Map.of(RESULT, JSON.writeValueAsString(result));
    }

    private boolean isRemembered(Action.SetTransaction transaction) {
        Instant horizon = clock.instant().minus(window);
        return transaction.lastUpdated().isEmpty()
                || !Instant.ofEpochMilli(transaction.lastUpdated().getAsLong()).isBefore(horizon);
    }

    /// The same for a change.
    ///
    /// @param resultType what the change was answered with
    public <R> Optional<ChangeOutcome<R>> find(TableSnapshot snapshot, RequestIdentity identity, Class<R> resultType) {
        Optional<Action.SetTransaction> last = snapshot.transaction(applicationId(identity));
        return switch (identity) {
            case RequestIdentity.Key key ->
                last.filter(this::isRemembered)
                        .map(transaction -> answer(snapshot, key, transaction.version(), resultType));
            case RequestIdentity.Sequence sequence ->
                last.filter(transaction -> sequence.sequence() <= transaction.version())
                        .map(_ -> new ChangeOutcome.Replayed<>(snapshot.version(), Optional.empty()));
        };
    }

    private <R> ChangeOutcome<R> answer(
            TableSnapshot snapshot, RequestIdentity.Key key, long version, Class<R> resultType) {
        Map<?, ?> receipt = receipt(snapshot, key, version);
        return isAnothers(receipt, key)
                ? new ChangeOutcome.Refused<>(new Failure.IdempotencyKeyReused())
                : new ChangeOutcome.Replayed<>(
                        version,
                        receipt.get(RESULT) instanceof String text
                                ? Optional.of(JSON.readValue(text, resultType))
                                : Optional.empty());
    }

    private static boolean isAnothers(Map<?, ?> receipt, RequestIdentity.Key key) {
        return receipt.get(FINGERPRINT) instanceof String fingerprint && !fingerprint.equals(key.fingerprint());
    }

    private CommitOutcome answer(TableSnapshot snapshot, RequestIdentity.Key key, long version) {
        Map<?, ?> receipt = receipt(snapshot, key, version);
        if (isAnothers(receipt, key)) {
            return new CommitOutcome.Refused(new Failure.IdempotencyKeyReused());
        }
        return new CommitOutcome.Replayed(
                version, number(receipt, ROWS), Math.toIntExact(number(receipt, FILES)), number(receipt, BYTES));
    }

    /// The figures of a remembered request; none once the log was cleaned up to a checkpoint, which keeps the
    /// `txn` only.
    private Map<?, ?> receipt(TableSnapshot snapshot, RequestIdentity.Key key, long version) {
        try {
            return FirstLine.read(storages.of(snapshot.location()), LogFile.of(snapshot.location(), version))
                    .commitInfo(version)
                    .flatMap(info -> member(info.fields(), MEMBER))
                    .flatMap(sluice -> member(sluice, RECEIPTS))
                    .<Map<?, ?>>flatMap(receipts -> member(receipts, applicationId(key)))
                    .orElse(Map.of());
        } catch (NoSuchFileException cleanedUp) {
            return Map.of();
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }

    private static Optional<Map<?, ?>> member(Map<?, ?> object, String name) {
        return object.get(name) instanceof Map<?, ?> member ? Optional.of(member) : Optional.empty();
    }

    private static long number(Map<?, ?> receipt, String name) {
        return receipt.get(name) instanceof Number number ? number.longValue() : 0;
    }

    private static String digest(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }
}
