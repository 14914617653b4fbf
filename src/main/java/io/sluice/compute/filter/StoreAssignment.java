package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.filter.Expression.Reference;
import io.sluice.compute.scan.CalendarSql;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import java.util.List;

/// A value on its way into a column: what Spark's store assignment allows (SQL:2016, 9.2), no fraction cut off, and no
/// time that was computed to lie outside the calendar of rows.
final class StoreAssignment {

    private StoreAssignment() {}

    /// @throws io.sluice.table.FailureException `bad-filter` when values of this type do not go into such a column
    static Expression of(Expression value, DataType column) {
        Expression stored = stored(value, column);
        boolean isCopied = value instanceof Null
                || value instanceof Reference && value.type().equals(column);
        return isCopied
                ? stored
                : CalendarSql.isOutside("v", column)
                        .<Expression>map(outside -> new Call(
                                "list_extract(list_transform([?1], lambda v: CASE WHEN " + outside
                                        + " THEN error('out of range') ELSE v END), 1)",
                                List.of(stored),
                                column))
                        .orElse(stored);
    }

    private static Expression stored(Expression value, DataType column) {
        if (value instanceof Null) {
            return new Call("CAST(?1 AS " + SqlType.logical(column) + ")", List.of(value), column);
        }
        DataType type = value.type();
        if (value instanceof Literal literal && type == Primitive.STRING && isTimeOrPlain(column)) {
            return Literals.of((String) literal.value(), column);
        }
        if (!goes(type, column)) {
            throw new Failure.BadFilter(
                            "a " + Types.name(type) + " does not go into a column of type " + Types.name(column))
                    .asException();
        }
        String to = SqlType.logical(column);
        boolean maybeFraction = Types.isNumeric(type) && !Types.isIntegral(type) && Types.isIntegral(column);
        // The operand is written once: a text that doubles at each level would grow without bound.
        return new Call(
                maybeFraction
                        ? "list_extract(list_transform([?1], lambda v: CASE WHEN v = trunc(v) OR v IS NULL THEN CAST(v AS "
                                + to + ") ELSE error('a fraction') END), 1)"
                        : "CAST(?1 AS " + to + ")",
                List.of(value),
                column);
    }

    private static boolean isTimeOrPlain(DataType column) {
        return Types.isTime(column) || column == Primitive.BOOLEAN;
    }

    private static boolean goes(DataType from, DataType to) {
        return sameValues(from, to)
                || Types.isNumeric(from) && Types.isNumeric(to)
                || from == Primitive.DATE && Types.isTime(to);
    }

    /// Whether two types hold the same values, whatever they say about nulls.
    private static boolean sameValues(DataType one, DataType other) {
        return switch (one) {
            case DataType.Primitive _, DataType.Decimal _ -> one.equals(other);
            case DataType.Array array ->
                other instanceof DataType.Array that && sameValues(array.element(), that.element());
            case DataType.Map map ->
                other instanceof DataType.Map that
                        && sameValues(map.key(), that.key())
                        && sameValues(map.value(), that.value());
            case DataType.Struct struct -> other instanceof DataType.Struct that && sameFields(struct, that);
        };
    }

    private static boolean sameFields(DataType.Struct one, DataType.Struct other) {
        if (one.fields().size() != other.fields().size()) {
            return false;
        }
        for (int i = 0; i < one.fields().size(); i++) {
            var left = one.fields().get(i);
            var right = other.fields().get(i);
            if (!left.name().equalsIgnoreCase(right.name()) || !sameValues(left.type(), right.type())) {
                return false;
            }
        }
        return true;
    }
}
