package io.sluice.commit;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;

/// What a table was when something was checked against it.
public record CheckedDefinition(long version, Action.Protocol protocol, Action.Metadata metadata) {

    public static CheckedDefinition of(TableSnapshot snapshot) {
        return new CheckedDefinition(snapshot.version(), snapshot.protocol(), snapshot.metadata());
    }
}
