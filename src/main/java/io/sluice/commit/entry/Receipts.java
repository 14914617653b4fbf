package io.sluice.commit.entry;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.log.FirstLine;
import io.sluice.commit.log.LogFile;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
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

    /// Whether this is a key that is not remembered any more, so that checkpoints can leave it out.
    public boolean isExpired(Action.SetTransaction transaction) {
        return transaction.appId().startsWith(KEY_PREFIX) && !isRemembered(transaction);
    }

    /// `txn` actions of a commit that holds these requests.
    List<Action.SetTransaction> transactions(List<? extends AppendRequest<?>> requests, long version) {
        OptionalLong now = OptionalLong.of(clock.millis());
        return requests.stream()
                .flatMap(request -> request.identity().stream())
                .map(identity -> switch (identity) {
                    case RequestIdentity.Key _ -> new Action.SetTransaction(applicationId(identity), version, now);
                    case RequestIdentity.Sequence sequence ->
                        new Action.SetTransaction(applicationId(identity), sequence.sequence(), now);
                })
                .toList();
    }

    /// The member `sluice` of the commit's `commitInfo`; empty when no request has a key.
    static Map<String, Object> member(List<? extends AppendRequest<?>> requests, int files, long bytes) {
        Map<String, Object> receipts = new LinkedHashMap<>();
        for (AppendRequest<?> request : requests) {
            if (request.identity().orElse(null) instanceof RequestIdentity.Key key) {
                Map<String, Object> receipt = new LinkedHashMap<>();
                receipt.put(FINGERPRINT, key.fingerprint());
                receipt.put(ROWS, request.rowCount());
                receipt.put(FILES, (long) files);
                receipt.put(BYTES, bytes);
                receipts.put(applicationId(key), receipt);
            }
        }
        return receipts.isEmpty() ? Map.of() : Map.of(MEMBER, Map.of(RECEIPTS, receipts));
    }

    private boolean isRemembered(Action.SetTransaction transaction) {
        Instant horizon = clock.instant().minus(window);
        return transaction.lastUpdated().isEmpty()
                || !Instant.ofEpochMilli(transaction.lastUpdated().getAsLong()).isBefore(horizon);
    }

    private CommitOutcome answer(TableSnapshot snapshot, RequestIdentity.Key key, long version) {
        Map<?, ?> receipt = receipt(snapshot, key, version);
        if (receipt.get(FINGERPRINT) instanceof String fingerprint && !fingerprint.equals(key.fingerprint())) {
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
