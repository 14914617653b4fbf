package io.sluice.table;

import java.time.Instant;

/// Which version of a table a read means.
public sealed interface AsOf {

    /// The newest version that exists when the request is answered.
    record Latest() implements AsOf {}

    /// The version with this number, counted from 0.
    record Version(long version) implements AsOf {}

    /// The newest version committed at or before this moment.
    record Moment(Instant instant) implements AsOf {}

    static AsOf latest() {
        return new Latest();
    }
}
