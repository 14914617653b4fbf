package io.sluice.change;

import io.sluice.batch.Fingerprint;
import tools.jackson.databind.json.JsonMapper;

/// What tells a repeated change from another one with the same key.
final class Fingerprints {

    private static final JsonMapper JSON = JsonMapper.shared();

    private Fingerprints() {}

    /// Hexadecimal.
    ///
    /// @param parts all that the request asks for, in an order of its own
    static String of(String method, Object table, Object... parts) {
        var seed = new StringBuilder(method).append('\n').append(table);
        for (Object part : parts) {
            seed.append('\n').append(JSON.writeValueAsString(part));
        }
        return new Fingerprint(seed.toString()).hex();
    }
}
