package io.sluice.blackbox;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A row: `id` is unique but for rows without one.
record ModelRow(
        @Nullable Long id, @Nullable String p, @Nullable Integer v) {

    static ModelRow of(JsonNode row) {
        JsonNode id = row.path("id");
        JsonNode p = row.path("p");
        JsonNode v = row.path("v");
        return new ModelRow(
                id.isNumber() ? id.asLong() : null,
                p.isString() ? p.asString() : null,
                v.isNumber() ? v.asInt() : null);
    }

    String json() {
        return "{\"id\":" + id + ",\"p\":" + (p == null ? null : "\"" + p + "\"") + ",\"v\":" + v + "}";
    }

    /// A condition and what it says of a row; null where SQL's is.
    record Condition(String sql, Function<ModelRow, @Nullable Boolean> test) {
        boolean holds(ModelRow row) {
            return Boolean.TRUE.equals(test.apply(row));
        }
    }
}
