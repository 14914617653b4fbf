package io.sluice.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.delta.Action;
import io.sluice.delta.CommitRecord;
import io.sluice.table.JsonValues;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A commit as its writer described it; what it did not say is null.
///
/// @param operationParameters values as text; those that the log has as JSON are JSON
/// @param operationMetrics as Delta names them
/// @param rowsAdded in data files that were added; null where their statistics do not tell
/// @param rowsRemoved the same of removed ones
@JsonInclude(JsonInclude.Include.ALWAYS)
record CommitView(
        long version,
        Instant timestamp,
        @Nullable String operation,
        Map<String, String> operationParameters,
        Map<String, String> operationMetrics,
        @Nullable String userName,
        @Nullable String engineInfo,
        @Nullable Boolean isBlindAppend,
        @Nullable String userMetadata,
        @Nullable Long rowsAdded,
        @Nullable Long rowsRemoved) {

    static CommitView of(CommitRecord commit) {
        Map<String, Object> info = commit.info().map(Action.CommitInfo::fields).orElse(Map.of());
        return new CommitView(
                commit.version(),
                commit.timestamp(),
                text(info, "operation"),
                texts(info, "operationParameters"),
                texts(info, "operationMetrics"),
                text(info, "userName"),
                text(info, "engineInfo"),
                info.get("isBlindAppend") instanceof Boolean blind ? blind : null,
                text(info, "userMetadata"),
                orNull(commit.rowsAdded()),
                orNull(commit.rowsRemoved()));
    }

    /// Without what tells of columns and rows beyond a caller's grant: conditions, figures, and what writers
    /// noted.
    CommitView outline() {
        return new CommitView(
                version,
                timestamp,
                operation,
                Map.of(),
                Map.of(),
                userName,
                engineInfo,
                isBlindAppend,
                null,
                null,
                null);
    }

    static @Nullable Long orNull(OptionalLong count) {
        return count.isPresent() ? count.getAsLong() : null;
    }

    private static @Nullable String text(Map<String, Object> info, String member) {
        Object value = info.get(member);
        return value == null ? null : asText(value);
    }

    private static Map<String, String> texts(Map<String, Object> info, String member) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (info.get(member) instanceof Map<?, ?> values) {
            values.forEach((name, value) -> {
                if (value != null) {
                    texts.put(String.valueOf(name), asText(value));
                }
            });
        }
        return texts;
    }

    private static String asText(Object value) {
        return value instanceof String text ? text : JsonValues.write(value);
    }
}
