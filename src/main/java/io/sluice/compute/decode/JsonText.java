package io.sluice.compute.decode;

import io.sluice.table.JsonLimits;
import tools.jackson.core.json.JsonFactory;

/// The JSON reader of row bodies: strict grammar, limits that answer with their own failure.
final class JsonText {

    private JsonText() {}

    static JsonFactory factory(DecodeLimits limits) {
        return JsonFactory.builder()
                .streamReadConstraints(new JsonLimits(limits.jsonDepth(), limits.stringBytes(), limits.stringBytes()))
                .build();
    }
}
