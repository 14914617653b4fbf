package io.sluice.api;

import java.util.Locale;
import java.util.Optional;

/// What a grant lets a caller do with a table: the words of `actions` in the file of grants.
public enum Permission {
    /// Its definition, rows, counts, history and changes.
    READ,
    /// Further rows.
    APPEND,
    /// Rows that are there: deleted, updated, upserted, merged, overwritten.
    CHANGE,
    /// The table itself, where there is none of its name.
    CREATE,
    /// Its definition.
    ALTER,
    /// Operations on it as a whole.
    MAINTAIN,
    /// Everything, dropping it among it.
    ADMIN,
    /// The service's own state, of no table: metrics, and why it is not ready.
    OBSERVE;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Permission> ofWord(String word) {
        for (Permission permission : values()) {
            if (permission.word().equals(word)) {
                return Optional.of(permission);
            }
        }
        return Optional.empty();
    }
}
