package io.sluice.catalog.definition;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One change of a table's definition, as a request has it; `op` says which of the other members it has.
///
/// @param op `add-column`, `drop-column`, …
/// @param name of a column (`a.b` for a nested one) or a constraint
public record TableChange(
        @Nullable String op,
        @Nullable NewColumn column,
        @Nullable String after,
        @Nullable Boolean first,
        @Nullable String name,
        @Nullable String to,
        @Nullable JsonNode type,
        @Nullable Boolean nullable,
        @Nullable String comment,
        @JsonProperty("default") @Nullable String defaultValue,
        @Nullable Map<String, @Nullable String> properties,
        @Nullable List<String> keys,
        @Nullable String expression,
        @Nullable List<String> columns,
        @Nullable String feature) {

    private record Members(Set<String> required, Set<String> optional) {}

    private static final Map<String, Members> MEMBERS = Map.ofEntries(
            Map.entry("add-column", new Members(Set.of("column"), Set.of("after", "first"))),
            Map.entry("drop-column", new Members(Set.of("name"), Set.of())),
            Map.entry("rename-column", new Members(Set.of("name", "to"), Set.of())),
            Map.entry("change-type", new Members(Set.of("name", "type"), Set.of())),
            Map.entry("set-nullable", new Members(Set.of("name", "nullable"), Set.of())),
            Map.entry("set-comment", new Members(Set.of(), Set.of("name", "comment"))),
            Map.entry("set-default", new Members(Set.of("name"), Set.of("default"))),
            Map.entry("set-properties", new Members(Set.of("properties"), Set.of())),
            Map.entry("unset-properties", new Members(Set.of("keys"), Set.of())),
            Map.entry("add-constraint", new Members(Set.of("name", "expression"), Set.of())),
            Map.entry("drop-constraint", new Members(Set.of("name"), Set.of())),
            Map.entry("cluster-by", new Members(Set.of("columns"), Set.of())),
            Map.entry("add-feature", new Members(Set.of("feature"), Set.of())));

    /// The operation, whose members are those that it has.
    ///
    /// @throws FailureException `malformed-body`
    String checkedOp() {
        String known = op == null ? "" : op;
        Members members = MEMBERS.get(known);
        if (members == null) {
            throw malformed("Every change has a member op, one of "
                    + String.join(", ", MEMBERS.keySet().stream().sorted().toList()) + ".");
        }
        Set<String> given = given().keySet();
        for (String required : members.required()) {
            if (!given.contains(required)) {
                throw malformed("The change " + known + " has no member " + required + ".");
            }
        }
        for (String member : given) {
            if (!members.required().contains(member) && !members.optional().contains(member)) {
                throw malformed("The change " + known + " knows no member " + member + ".");
            }
        }
        return known;
    }

    private static FailureException malformed(String reason) {
        return new Failure.MalformedBody(reason).asException();
    }

    /// The members that the change has beside `op`, by their names.
    private Map<String, Object> given() {
        var given = new LinkedHashMap<String, Object>();
        put(given, "column", column);
        put(given, "after", after);
        put(given, "first", first);
        put(given, "name", name);
        put(given, "to", to);
        put(given, "type", type == null || type.isNull() ? null : type);
        put(given, "nullable", nullable);
        put(given, "comment", comment);
        put(given, "default", defaultValue);
        put(given, "properties", properties);
        put(given, "keys", keys);
        put(given, "expression", expression);
        put(given, "columns", columns);
        put(given, "feature", feature);
        return given;
    }

    private static void put(Map<String, Object> given, String name, @Nullable Object value) {
        if (value != null) {
            given.put(name, value);
        }
    }

    String text(String member) {
        return given().get(member) instanceof String text ? text : "";
    }
}
