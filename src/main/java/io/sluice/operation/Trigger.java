package io.sluice.operation;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/// What began an operation.
public enum Trigger {
    /// A client.
    REQUEST,
    /// The table's schedule.
    SCHEDULE,
    /// Commits that left many small files behind.
    COMMITS;

    /// The name on the wire.
    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Trigger of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
