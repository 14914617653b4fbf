package io.sluice.change;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.table.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The body of a merge.
///
/// @param on which rows of the table (`target.x`) and of the source (`source.x`) belong together
record MergeRows(
        @Nullable Source source,
        @Nullable String on,
        @Nullable List<ClauseBody> whenMatched,
        @Nullable List<ClauseBody> whenNotMatched,
        @Nullable List<ClauseBody> whenNotMatchedBySource) {

    /// Where rows come from: one of `rows`, `table` and `sql`.
    ///
    /// @param version of the table; absent for the latest
    record Source(
            @Nullable List<JsonNode> rows,
            @Nullable String table,
            @Nullable Long version,
            @Nullable String sql) {}

    /// @param condition under which the clause applies; absent for always
    /// @param update values by column, or `"all"`
    /// @param insert values by column, or `"all"`
    record ClauseBody(
            @JsonProperty("if") @Nullable String condition,
            @Nullable JsonNode update,
            @Nullable Boolean delete,
            @Nullable JsonNode insert) {}

    /// A clause, checked for its form.
    record Clause(Optional<String> condition, Action action) {}

    sealed interface Action {
        record Delete() implements Action {}

        /// All columns take the source's values.
        record All() implements Action {}

        record Set(Map<String, JsonNode> values) implements Action {}
    }

    private static final String ALL = "all";

    /// @throws io.sluice.table.FailureException `malformed-body`
    String condition() {
        if (on == null || on.isBlank()) {
            throw malformed("on is required");
        }
        return on;
    }

    List<Clause> matched() {
        return clauses(whenMatched, "whenMatched");
    }

    List<Clause> notMatched() {
        return clauses(whenNotMatched, "whenNotMatched");
    }

    List<Clause> notMatchedBySource() {
        return clauses(whenNotMatchedBySource, "whenNotMatchedBySource");
    }

    /// @throws io.sluice.table.FailureException `malformed-body` when the body is no merge
    void check() {
        condition();
        if (matched().isEmpty()
                && notMatched().isEmpty()
                && notMatchedBySource().isEmpty()) {
            throw malformed("a merge has at least one clause");
        }
    }

    private static List<Clause> clauses(@Nullable List<ClauseBody> bodies, String name) {
        return bodies == null
                ? List.of()
                : bodies.stream().map(body -> clause(body, name)).toList();
    }

    private static Clause clause(ClauseBody body, String name) {
        boolean inserts = name.equals("whenNotMatched");
        boolean deletes = Boolean.TRUE.equals(body.delete());
        JsonNode values = inserts ? body.insert() : body.update();
        boolean other = inserts ? body.update() != null || body.delete() != null : body.insert() != null;
        if (other || deletes == (values != null) || Boolean.FALSE.equals(body.delete())) {
            throw malformed("a clause of " + name + " has " + (inserts ? "insert" : "one of update and delete: true"));
        }
        Optional<String> condition = Optional.ofNullable(body.condition());
        return new Clause(condition, values == null ? new Action.Delete() : action(values, name));
    }

    private static Action action(JsonNode values, String name) {
        if (values.isString() && values.asString().equals(ALL)) {
            return new Action.All();
        }
        if (!values.isObject() || values.isEmpty()) {
            throw malformed("the values of a clause of " + name + " are an object or \"all\"");
        }
        var set = new LinkedHashMap<String, JsonNode>();
        values.properties().forEach(member -> set.put(member.getKey(), member.getValue()));
        return new Action.Set(set);
    }

    private static RuntimeException malformed(String reason) {
        return new Failure.MalformedBody(reason).asException();
    }
}
