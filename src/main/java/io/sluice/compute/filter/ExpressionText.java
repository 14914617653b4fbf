package io.sluice.compute.filter;

import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowExpression.EqualKey;
import io.sluice.compute.RowScope;
import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Reference;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Predicate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// From a client's text to a checked [RowExpression].
public final class ExpressionText {

    private ExpressionText() {}

    /// @throws io.sluice.table.FailureException `bad-filter`
    public static RowExpression condition(String text, RowScope scope, FilterLimits limits) {
        Expression condition = Parser.condition(text, new Columns(scope.names()), limits, new FilterDialect());
        var keys = new ArrayList<EqualKey>();
        if (scope instanceof RowScope.Sides) {
            keys(condition, keys);
        }
        return new RowExpression(
                scope instanceof RowScope.Table
                        ? ExpressionSql.ofFilter(condition, reference(scope))
                        : ExpressionSql.of(condition, reference(scope)),
                DataType.Primitive.BOOLEAN,
                paths(condition, scope),
                predicate(condition, scope),
                keys);
    }

    /// @throws io.sluice.table.FailureException `bad-filter`
    public static RowExpression value(String text, RowScope scope, DataType type, FilterLimits limits) {
        Expression value = Parser.value(text, new Columns(scope.names()), limits, new FilterDialect());
        String sql = ExpressionSql.of(StoreAssignment.of(value, type), reference(scope));
        return new RowExpression(sql, type, paths(value, scope), new Predicate.Anything(), List.of());
    }

    /// A column of one side, as a value for a column of this type.
    ///
    /// @throws io.sluice.table.FailureException `bad-sql`
    public static RowExpression stored(Column column, String side, DataType type) {
        Expression value = new Reference(List.of(side, column.name()), column.type());
        try {
            String sql = column.type().equals(type)
                    ? ofSide(List.of(side, column.name()))
                    : ExpressionSql.of(StoreAssignment.of(value, type), ExpressionText::ofSide);
            return new RowExpression(sql, type, paths(value), new Predicate.Anything(), List.of());
        } catch (FailureException e) {
            throw e.failure() instanceof Failure.BadFilter(String reason)
                    ? new Failure.BadSql("of " + column.name() + ", " + reason).asException(e)
                    : e;
        }
    }

    private static Function<List<String>, String> reference(RowScope scope) {
        return switch (scope) {
            case RowScope.Table _ -> QuestionSql::value;
            case RowScope.Sides _ -> ExpressionText::ofSide;
            case RowScope.Source _ -> path -> ofSide(under(RowScope.SOURCE, path));
        };
    }

    private static String ofSide(List<String> path) {
        if (path.size() == 1) {
            throw new Failure.BadFilter(path.getFirst() + " is a whole row: name its column after a dot").asException();
        }
        String value = path.getFirst() + "." + Sql.identifier(path.get(1));
        for (String field : path.subList(2, path.size())) {
            value = "struct_extract(" + value + ", " + Sql.literal(field) + ")";
        }
        return value;
    }

    private static List<String> under(String side, List<String> path) {
        var whole = new ArrayList<String>();
        whole.add(side);
        whole.addAll(path);
        return whole;
    }

    private static List<List<String>> paths(Expression expression, RowScope scope) {
        return switch (scope) {
            case RowScope.Table _, RowScope.Sides _ -> paths(expression);
            case RowScope.Source _ ->
                paths(expression).stream()
                        .map(path -> under(RowScope.SOURCE, path))
                        .toList();
        };
    }

    private static List<List<String>> paths(Expression expression) {
        Set<List<String>> paths = new LinkedHashSet<>();
        collect(expression, paths);
        return List.copyOf(paths);
    }

    private static void collect(Expression expression, Set<List<String>> paths) {
        if (expression instanceof Reference reference) {
            paths.add(reference.path());
        }
        expression.children().forEach(child -> collect(child, paths));
    }

    private static Predicate predicate(Expression condition, RowScope scope) {
        Predicate predicate = ExpressionPredicate.of(condition);
        return switch (scope) {
            case RowScope.Table _ -> predicate;
            case RowScope.Sides _ -> ofTarget(predicate);
            case RowScope.Source _ -> new Predicate.Anything();
        };
    }

    /// What a predicate says about the target's columns, by their own names.
    private static Predicate ofTarget(Predicate predicate) {
        return switch (predicate) {
            case Predicate.And(var parts) ->
                new Predicate.And(parts.stream().map(ExpressionText::ofTarget).toList());
            case Predicate.Or(var parts) ->
                new Predicate.Or(parts.stream().map(ExpressionText::ofTarget).toList());
            case Predicate.Comparison(var column, var operator, var value) ->
                ofTarget(column) ? new Predicate.Comparison(tail(column), operator, value) : new Predicate.Anything();
            case Predicate.In(var column, var values) ->
                ofTarget(column) ? new Predicate.In(tail(column), values) : new Predicate.Anything();
            case Predicate.IsNull(var column) ->
                ofTarget(column) ? new Predicate.IsNull(tail(column)) : new Predicate.Anything();
            case Predicate.IsNotNull(var column) ->
                ofTarget(column) ? new Predicate.IsNotNull(tail(column)) : new Predicate.Anything();
            case Predicate.Anything _, Predicate.Nothing _ -> predicate;
        };
    }

    private static boolean ofTarget(List<String> path) {
        return path.getFirst().equals(RowScope.TARGET) && path.size() > 1;
    }

    private static List<String> tail(List<String> path) {
        return path.subList(1, path.size());
    }

    private static void keys(Expression condition, List<EqualKey> keys) {
        switch (condition) {
            case Expression.And and -> and.children().forEach(child -> keys(child, keys));
            case Expression.Comparison comparison
            when comparison.comparator() == Comparator.EQUAL -> {
                key(comparison.left(), comparison.right(), keys);
                key(comparison.right(), comparison.left(), keys);
            }
            default -> {
                // Says nothing about equal values.
            }
        }
    }

    private static void key(Expression target, Expression source, List<EqualKey> keys) {
        if (target instanceof Reference reference
                && ofTarget(reference.path())
                && reference.path().size() == 2
                && paths(source).stream().allMatch(path -> path.getFirst().equals(RowScope.SOURCE))
                && isSameKind(reference.type(), source.type())) {
            keys.add(new EqualKey(
                    reference.path().getLast(), reference.type(), ExpressionSql.of(source, ExpressionText::ofSide)));
        }
    }

    /// Whether bounds of one are bounds of the other.
    private static boolean isSameKind(DataType target, DataType source) {
        return target.equals(source) || Types.isIntegral(target) && Types.isIntegral(source);
    }
}
