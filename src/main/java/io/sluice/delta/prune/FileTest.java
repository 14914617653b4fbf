package io.sluice.delta.prune;

import io.sluice.delta.TableSnapshot;
import io.sluice.table.Predicate;
import java.util.List;
import java.util.Optional;

/// Whether a file, by its place in the index, may hold a row for which a predicate is true.
@FunctionalInterface
interface FileTest {

    FileTest ALWAYS = _ -> true;
    FileTest NEVER = _ -> false;

    boolean may(int file);

    static FileTest of(Predicate predicate, TableSnapshot snapshot, BoundsIndex index) {
        return switch (predicate) {
            case Predicate.Anything _ -> ALWAYS;
            case Predicate.Nothing _ -> NEVER;
            case Predicate.And(List<Predicate> parts) -> {
                FileTest[] tests = all(parts, snapshot, index);
                yield file -> {
                    for (FileTest test : tests) {
                        if (!test.may(file)) {
                            return false;
                        }
                    }
                    return true;
                };
            }
            case Predicate.Or(List<Predicate> parts) -> {
                FileTest[] tests = all(parts, snapshot, index);
                yield file -> {
                    for (FileTest test : tests) {
                        if (test.may(file)) {
                            return true;
                        }
                    }
                    return false;
                };
            }
            case Predicate.Comparison(List<String> column, Predicate.Operator operator, Object value) ->
                bounds(column, snapshot, index)
                        .map(found -> comparison(found.bounds(), found.ref(), operator, value))
                        .orElse(ALWAYS);
            case Predicate.In(List<String> column, List<Object> values) ->
                bounds(column, snapshot, index)
                        .map(found -> in(found.bounds(), found.ref(), values))
                        .orElse(ALWAYS);
            case Predicate.IsNull(List<String> column) ->
                bounds(column, snapshot, index)
                        .filter(found -> found.ref().place() != ColumnRef.Place.NESTED)
                        .<FileTest>map(found -> file -> !found.bounds().noNull(file))
                        .orElse(ALWAYS);
            case Predicate.IsNotNull(List<String> column) ->
                bounds(column, snapshot, index)
                        .<FileTest>map(found -> file -> !found.bounds().allNull(file))
                        .orElse(ALWAYS);
        };
    }

    private static FileTest[] all(List<Predicate> parts, TableSnapshot snapshot, BoundsIndex index) {
        return parts.stream().map(part -> of(part, snapshot, index)).toArray(FileTest[]::new);
    }

    record Found(ColumnRef ref, ColumnBounds bounds) {}

    private static Optional<Found> bounds(List<String> column, TableSnapshot snapshot, BoundsIndex index) {
        return ColumnRef.find(snapshot, column).map(ref -> new Found(ref, index.bounds(ref)));
    }

    private static FileTest in(ColumnBounds bounds, ColumnRef ref, List<Object> values) {
        FileTest[] tests = values.stream()
                .map(value -> comparison(bounds, ref, Predicate.Operator.EQUAL, value))
                .toArray(FileTest[]::new);
        return file -> {
            for (FileTest test : tests) {
                if (test.may(file)) {
                    return true;
                }
            }
            return false;
        };
    }

    private static FileTest comparison(ColumnBounds bounds, ColumnRef ref, Predicate.Operator operator, Object value) {
        Object constant = Bound.constant(value, ref.type());
        if (constant == null) {
            return ALWAYS;
        }
        // A NaN is greater than every number and in no bound of statistics; in a partition value it is no bound at
        // all.
        boolean mayBeNan = constant instanceof Double;
        return switch (operator) {
            case EQUAL, NOT_DISTINCT ->
                file -> !bounds.allNull(file)
                        && bounds.compareLower(file, constant) <= 0
                        && bounds.compareUpper(file, constant) >= 0;
            case LESS -> file -> !bounds.allNull(file) && bounds.compareLower(file, constant) < 0;
            case LESS_OR_EQUAL -> file -> !bounds.allNull(file) && bounds.compareLower(file, constant) <= 0;
            case GREATER -> file -> !bounds.allNull(file) && (mayBeNan || bounds.compareUpper(file, constant) > 0);
            case GREATER_OR_EQUAL ->
                file -> !bounds.allNull(file) && (mayBeNan || bounds.compareUpper(file, constant) >= 0);
            case NOT_EQUAL ->
                file -> !bounds.allNull(file)
                        && (mayBeNan
                                || bounds.compareLower(file, constant) != 0
                                || bounds.compareUpper(file, constant) != 0);
        };
    }
}
