package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Reference;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Predicate;
import io.sluice.table.Predicate.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a checked expression says about single columns: an over-approximation that statistics can be asked with.
///
/// Only constants that are values of the column's own type are taken over; whatever compares after a conversion stays
/// `Anything`.
final class ExpressionPredicate {

    private static final Predicate ANYTHING = new Predicate.Anything();
    private static final Predicate NOTHING = new Predicate.Nothing();

    private ExpressionPredicate() {}

    /// True wherever the expression is true.
    static Predicate of(Expression expression) {
        return switch (expression) {
            case Expression.Null _ -> NOTHING;
            case Literal literal -> truth(Boolean.TRUE.equals(literal.value()));
            case Reference reference -> equal(reference, true);
            case Expression.And and ->
                new Predicate.And(
                        and.children().stream().map(ExpressionPredicate::of).toList());
            case Expression.Or or ->
                new Predicate.Or(
                        or.children().stream().map(ExpressionPredicate::of).toList());
            case Expression.Not not -> negated(not.operand());
            case Expression.Comparison comparison -> comparison(comparison, comparison.comparator());
            case Expression.IsNull isNull ->
                isNull.operand() instanceof Reference reference ? new Predicate.IsNull(reference.path()) : ANYTHING;
            case Expression.In in -> in(in);
            case Expression.Call _, Expression.Case _ -> ANYTHING;
        };
    }

    private static Predicate truth(boolean value) {
        return value ? ANYTHING : NOTHING;
    }

    private static Predicate equal(Reference reference, boolean value) {
        return new Predicate.Comparison(reference.path(), Operator.EQUAL, value);
    }

    /// True wherever the expression is false (where it is null, neither it nor its negation is true).
    static Predicate negated(Expression expression) {
        return switch (expression) {
            case Expression.Null _ -> NOTHING;
            case Literal literal -> truth(Boolean.FALSE.equals(literal.value()));
            case Reference reference -> equal(reference, false);
            case Expression.And and ->
                new Predicate.Or(and.children().stream()
                        .map(ExpressionPredicate::negated)
                        .toList());
            case Expression.Or or ->
                new Predicate.And(
                        or.children().stream().map(ExpressionPredicate::negated).toList());
            case Expression.Not not -> of(not.operand());
            case Expression.Comparison comparison -> comparison(comparison, opposite(comparison.comparator()));
            case Expression.IsNull isNull ->
                isNull.operand() instanceof Reference reference ? new Predicate.IsNotNull(reference.path()) : ANYTHING;
            case Expression.In in -> notIn(in);
            case Expression.Call _, Expression.Case _ -> ANYTHING;
        };
    }

    /// A list that holds a null is never false.
    private static Predicate notIn(Expression.In in) {
        if (in.values().stream().anyMatch(Expression.Null.class::isInstance)) {
            return NOTHING;
        }
        return in(in) instanceof Predicate.In(List<String> column, List<Object> values)
                ? new Predicate.And(values.stream()
                        .<Predicate>map(value -> new Predicate.Comparison(column, Operator.NOT_EQUAL, value))
                        .toList())
                : ANYTHING;
    }

    private static Comparator opposite(Comparator comparator) {
        return switch (comparator) {
            case EQUAL -> Comparator.NOT_EQUAL;
            case NOT_EQUAL -> Comparator.EQUAL;
            case LESS -> Comparator.GREATER_OR_EQUAL;
            case LESS_OR_EQUAL -> Comparator.GREATER;
            case GREATER -> Comparator.LESS_OR_EQUAL;
            case GREATER_OR_EQUAL -> Comparator.LESS;
            case NOT_DISTINCT -> Comparator.DISTINCT;
            case DISTINCT -> Comparator.NOT_DISTINCT;
        };
    }

    private static Comparator mirrored(Comparator comparator) {
        return switch (comparator) {
            case LESS -> Comparator.GREATER;
            case LESS_OR_EQUAL -> Comparator.GREATER_OR_EQUAL;
            case GREATER -> Comparator.LESS;
            case GREATER_OR_EQUAL -> Comparator.LESS_OR_EQUAL;
            case EQUAL, NOT_EQUAL, NOT_DISTINCT, DISTINCT -> comparator;
        };
    }

    private static Predicate comparison(Expression.Comparison comparison, Comparator comparator) {
        if (comparison.left() instanceof Reference reference) {
            return compared(reference, comparator, comparison.right());
        }
        return comparison.right() instanceof Reference reference
                ? compared(reference, mirrored(comparator), comparison.left())
                : ANYTHING;
    }

    private static Predicate compared(Reference column, Comparator comparator, Expression side) {
        if (side instanceof Expression.Null) {
            return switch (comparator) {
                case NOT_DISTINCT -> new Predicate.IsNull(column.path());
                case DISTINCT -> new Predicate.IsNotNull(column.path());
                case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> NOTHING;
            };
        }
        Optional<Object> value = side instanceof Literal literal ? valueOf(literal, column.type()) : Optional.empty();
        Optional<Operator> operator = operator(comparator);
        return value.isPresent() && operator.isPresent()
                ? new Predicate.Comparison(column.path(), operator.get(), value.get())
                : ANYTHING;
    }

    private static Optional<Operator> operator(Comparator comparator) {
        return switch (comparator) {
            case EQUAL -> Optional.of(Operator.EQUAL);
            case NOT_EQUAL -> Optional.of(Operator.NOT_EQUAL);
            case LESS -> Optional.of(Operator.LESS);
            case LESS_OR_EQUAL -> Optional.of(Operator.LESS_OR_EQUAL);
            case GREATER -> Optional.of(Operator.GREATER);
            case GREATER_OR_EQUAL -> Optional.of(Operator.GREATER_OR_EQUAL);
            case NOT_DISTINCT -> Optional.of(Operator.NOT_DISTINCT);
            case DISTINCT -> Optional.empty();
        };
    }

    private static Predicate in(Expression.In in) {
        if (!(in.operand() instanceof Reference reference)) {
            return ANYTHING;
        }
        List<Object> values = new ArrayList<>();
        for (Expression value : in.values()) {
            if (value instanceof Expression.Null) {
                continue;
            }
            Optional<Object> typed =
                    value instanceof Literal literal ? valueOf(literal, reference.type()) : Optional.empty();
            if (typed.isEmpty()) {
                return ANYTHING;
            }
            values.add(typed.get());
        }
        return values.isEmpty() ? NOTHING : new Predicate.In(reference.path(), List.copyOf(values));
    }

    /// The constant as a value of the column's type, where comparing there is the same as comparing in the filter.
    private static Optional<Object> valueOf(Literal literal, DataType type) {
        Object value = literal.value();
        return switch (type) {
            case Primitive primitive ->
                switch (primitive) {
                    case BYTE, SHORT, INTEGER, LONG -> only(value instanceof Long, value);
                    case DOUBLE -> asDouble(value);
                    case STRING -> only(value instanceof String, value);
                    case BOOLEAN -> only(value instanceof Boolean, value);
                    case DATE -> only(literal.type() == Primitive.DATE, value);
                    case TIMESTAMP -> only(literal.type() == Primitive.TIMESTAMP, value);
                    case TIMESTAMP_NTZ -> only(literal.type() == Primitive.TIMESTAMP_NTZ, value);
                    case FLOAT -> only(value instanceof Float, value);
                    case BINARY, VARIANT, VOID -> Optional.empty();
                };
            case DataType.Decimal _ ->
                switch (value) {
                    case BigDecimal number -> Optional.of(number);
                    case Long number -> Optional.of(BigDecimal.valueOf(number));
                    default -> Optional.empty();
                };
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> Optional.empty();
        };
    }

    private static Optional<Object> asDouble(Object value) {
        return switch (value) {
            case Double number -> Optional.of(number);
            case BigDecimal number -> Optional.of(number.doubleValue());
            case Long number -> only(number == (long) (double) number, (double) number);
            default -> Optional.empty();
        };
    }

    private static Optional<Object> only(boolean holds, Object value) {
        return holds ? Optional.of(value) : Optional.empty();
    }
}
