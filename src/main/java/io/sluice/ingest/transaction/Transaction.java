package io.sluice.ingest.transaction;

import io.sluice.commit.CheckedDefinition;
import io.sluice.commit.RequestIdentity;
import io.sluice.storage.Location;
import java.time.Instant;

/// A transaction that was begun.
///
/// @param directory of its files
/// @param definition of the table when it was begun, which must still hold when it is committed
record Transaction(String id, Location directory, CheckedDefinition definition, Instant expiresAt) {

    boolean hasExpired(Instant now) {
        return !now.isBefore(expiresAt);
    }

    /// By which the table's log knows that it was committed. A client's own keys hold no space, so none is the
    /// same.
    static RequestIdentity identity(String id) {
        return new RequestIdentity.Key("transaction " + id, "commit");
    }

    /// The same key of another request: the log holds the commit or its withdrawal, and to the other one it says
    /// that the key is used.
    static RequestIdentity withdrawal(String id) {
        return new RequestIdentity.Key("transaction " + id, "abort");
    }
}
