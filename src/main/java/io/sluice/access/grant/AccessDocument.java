package io.sluice.access.grant;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The file of `sluice.auth.file` as it is written, YAML or JSON.
record AccessDocument(
        @Nullable List<KeyEntry> keys, @Nullable List<GrantEntry> grants) {

    /// @param name of the caller, `key:<name>` in grants
    /// @param secrets several while one takes the place of another
    record KeyEntry(@Nullable String name, @Nullable List<SecretEntry> secrets) {}

    /// @param id the key's second part
    /// @param sha256 of the whole key, hexadecimal
    /// @param expires ISO-8601 with an offset; absent for never
    record SecretEntry(
            @Nullable String id,
            @Nullable String sha256,
            @Nullable String expires) {}

    /// @param columns top-level ones; absent for all
    /// @param where a filter; absent for all rows
    record GrantEntry(
            @Nullable List<String> to,
            @Nullable List<String> tables,
            @Nullable List<String> actions,
            @Nullable List<String> columns,
            @Nullable String where) {}
}
