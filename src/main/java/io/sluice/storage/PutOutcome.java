package io.sluice.storage;

/// What one attempt to create an object told us.
public sealed interface PutOutcome {

    /// The object is there with our bytes, durably.
    record Created() implements PutOutcome {}

    /// An object was there before; it may still be our own, from an earlier attempt whose answer was lost.
    record AlreadyExists() implements PutOutcome {}

    /// Nobody knows: a time-out, a broken connection, 409, 5xx. The put may even take effect later.
    record Undecided(Exception cause) implements PutOutcome {}

    /// The store says that nothing was written and nothing will be (no space, no permission).
    record Refused(Exception cause) implements PutOutcome {}
}
