package io.sluice.commit;

/// What makes a request the same request again; kept in the table's log as a `txn` action of the commit that holds its
/// rows.
public sealed interface RequestIdentity {

    /// `Idempotency-Key`. The fingerprint tells a repeated request from another one with the same key.
    ///
    /// @param fingerprint of method, path, query and body, hexadecimal
    record Key(String key, String fingerprint) implements RequestIdentity {}

    /// `Sluice-Producer` and `Sluice-Sequence`: a sequence that is not greater than the producer's last one is a
    /// replay.
    record Sequence(String producer, long sequence) implements RequestIdentity {}
}
