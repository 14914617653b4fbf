package io.sluice.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which columns and rows of a table a caller's grant reaches to.
///
/// @param columns names of top-level columns, in lower case; empty for all
/// @param rows a condition in the language of filters; empty for all
public record Restriction(Optional<Set<String>> columns, Optional<String> rows) {

    /// The whole table.
    public static final Restriction NONE = new Restriction(Optional.empty(), Optional.empty());

    public Restriction {
        columns = columns.map(names ->
                names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet()));
    }

    /// No column and no row of it.
    private static final Restriction NOTHING = new Restriction(Optional.of(Set.of()), Optional.of("false"));

    /// What several grants together reach to: nothing without one, the whole table when one does; else the rows of
    /// any of them, and the columns that all of them have. So no cell is seen that none of them shows.
    public static Restriction ofAny(List<Restriction> parts) {
        if (parts.isEmpty()) {
            return NOTHING;
        }
        if (parts.contains(NONE)) {
            return NONE;
        }
        var distinct = new ArrayList<>(new LinkedHashSet<>(parts));
        if (distinct.size() == 1) {
            return distinct.getFirst();
        }
        Optional<Set<String>> columns = distinct.stream()
                .map(Restriction::columns)
                .reduce((one, other) -> one.isEmpty() ? other : other.isEmpty() ? one : common(one.get(), other.get()))
                .orElseThrow();
        boolean allRows = distinct.stream().anyMatch(part -> part.rows().isEmpty());
        return new Restriction(
                columns,
                allRows
                        ? Optional.empty()
                        : Optional.of(distinct.stream()
                                .map(part -> "(" + part.rows().orElseThrow() + ")")
                                .distinct()
                                .collect(Collectors.joining(" OR "))));
    }

    private static Optional<Set<String>> common(Set<String> one, Set<String> other) {
        return Optional.of(one.stream().filter(other::contains).collect(Collectors.toUnmodifiableSet()));
    }

    public boolean isNone() {
        return columns.isEmpty() && rows.isEmpty();
    }

    /// The same with further columns.
    public Restriction with(List<String> names) {
        return new Restriction(
                columns.map(
                        known -> Stream.concat(known.stream(), names.stream()).collect(Collectors.toUnmodifiableSet())),
                rows);
    }

    /// Whether the top-level column of this name is within.
    public boolean shows(String column) {
        return columns.isEmpty() || columns.get().contains(column.toLowerCase(Locale.ROOT));
    }

    /// Whether a text, an expression say, names a column of the schema that is not within.
    public boolean names(Schema schema, String text) {
        return columns.isPresent()
                && schema.columns().stream()
                        .filter(column -> !shows(column.name()))
                        .anyMatch(column -> Pattern.compile(
                                        "(?<![\\p{L}\\p{N}_])" + Pattern.quote(column.name()) + "(?![\\p{L}\\p{N}_])",
                                        Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
                                .matcher(text)
                                .find());
    }

    /// A failure as it may be told: without the names and values of columns that are not within.
    public Failure told(Failure failure) {
        if (columns.isEmpty()) {
            return failure;
        }
        return switch (failure) {
            case Failure.SchemaMismatch(var expected, var actual, var reason) ->
                new Failure.SchemaMismatch(shown(expected), shown(actual), reason);
            case Failure.ConstraintViolated(var constraint, var reason, var rows) ->
                new Failure.ConstraintViolated(
                        constraint, reason, rows.stream().map(this::shown).toList());
            default -> failure;
        };
    }

    /// @param described columns as `name type`
    private List<String> shown(List<String> described) {
        return described.stream()
                .filter(text -> shows(text.substring(0, Math.max(0, text.lastIndexOf(' ')))))
                .toList();
    }

    private Map<String, Object> shown(Map<String, Object> row) {
        Map<String, Object> shown = new LinkedHashMap<>(row);
        shown.keySet().removeIf(name -> !shows(name));
        return shown;
    }

    /// The columns of the schema that are within.
    public Schema visible(Schema schema) {
        return columns.isEmpty()
                ? schema
                : new Schema(schema.columns().stream()
                        .filter(column -> shows(column.name()))
                        .toList());
    }
}
