package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.List;
import java.util.Optional;

/// How values of different types meet: as in Spark, except that a text which is no value of the other side's type is
/// null, not an error.
final class Types {

    private Types() {}

    static boolean isIntegral(DataType type) {
        return type == Primitive.BYTE || type == Primitive.SHORT || type == Primitive.INTEGER || type == Primitive.LONG;
    }

    static boolean isNumeric(DataType type) {
        return isIntegral(type)
                || type == Primitive.FLOAT
                || type == Primitive.DOUBLE
                || type instanceof DataType.Decimal;
    }

    static boolean isTime(DataType type) {
        return type == Primitive.DATE || type == Primitive.TIMESTAMP || type == Primitive.TIMESTAMP_NTZ;
    }

    /// The name of a type as Delta writes it, for messages.
    static String name(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> primitive.deltaName();
            case DataType.Decimal decimal -> "decimal(" + decimal.precision() + "," + decimal.scale() + ")";
            case DataType.Array _ -> "array";
            case DataType.Map _ -> "map";
            case DataType.Struct _ -> "struct";
        };
    }

    /// Both sides in the type in which they are compared.
    ///
    /// @throws FailureException `bad-filter` when there is none
    static List<Expression> comparable(Expression left, Expression right) {
        return List.of(towards(left, right), towards(right, left));
    }

    /// One side as it is compared with the other.
    private static Expression towards(Expression from, Expression other) {
        DataType type = from.type();
        DataType target = other.type();
        if (from instanceof Null || other instanceof Null || type.equals(target) && isPlain(type)) {
            return from;
        }
        if (type == Primitive.STRING && isPlain(target)) {
            return ofText(from, target);
        }
        if (target == Primitive.STRING && isPlain(type)) {
            return from;
        }
        if (isNumeric(type) && isNumeric(target)) {
            // Spark compares a float with anything but a float as doubles: 0.1F is not 0.1.
            return from instanceof Literal ? from : asDouble(from);
        }
        if (isTime(type) && isTime(target)) {
            return toTime(from, target);
        }
        throw new Failure.BadFilter("a " + name(type) + " cannot be compared with a " + name(target)).asException();
    }

    private static boolean isPlain(DataType type) {
        return type instanceof DataType.Decimal || type instanceof Primitive && type != Primitive.VARIANT;
    }

    private static Expression toTime(Expression from, DataType target) {
        boolean widens = from.type() == Primitive.DATE || target == Primitive.TIMESTAMP;
        return widens ? cast(from, target) : from;
    }

    private static Expression ofText(Expression from, DataType target) {
        if (target == Primitive.BINARY) {
            return new Call("encode(?1)", List.of(from), Primitive.BINARY);
        }
        if (from instanceof Literal literal) {
            return Literals.of((String) literal.value(), target);
        }
        if (isIntegral(target)) {
            // DuckDB rounds a text with a fraction.
            String whole = "CASE WHEN regexp_full_match(trim(?1), '" + SparkCasts.WHOLE
                    + "') THEN TRY_CAST(trim(?1) AS BIGINT) END";
            return new Call(whole, List.of(from), Primitive.LONG);
        }
        DataType read = isNumeric(target) ? Primitive.DOUBLE : target;
        return new Call("TRY_CAST(?1 AS " + SqlType.logical(read) + ")", List.of(from), read);
    }

    private static Expression cast(Expression from, DataType target) {
        return new Call("CAST(?1 AS " + SqlType.logical(target) + ")", List.of(from), target);
    }

    /// The type that values of all of these have, as `CASE` and `coalesce` need it.
    ///
    /// @throws FailureException `bad-filter` when there is none
    static DataType common(List<Expression> values) {
        Optional<DataType> common = Optional.empty();
        for (Expression value : values) {
            if (!(value instanceof Null)) {
                DataType type = value.type();
                common = common.map(known -> common(known, type)).or(() -> Optional.of(type));
            }
        }
        return common.orElse(Primitive.BOOLEAN);
    }

    private static DataType common(DataType one, DataType other) {
        if (one.equals(other)) {
            return one;
        }
        if (isNumeric(one) && isNumeric(other)) {
            return number(one, other);
        }
        throw new Failure.BadFilter("a " + name(one) + " and a " + name(other) + " cannot be values of one expression")
                .asException();
    }

    /// What arithmetic on these gives, as far as it matters for comparing the result.
    static DataType number(DataType one, DataType other) {
        if (isIntegral(one) && isIntegral(other)) {
            return Primitive.LONG;
        }
        boolean exact = (isIntegral(one) || one instanceof DataType.Decimal)
                && (isIntegral(other) || other instanceof DataType.Decimal);
        if (exact) {
            return new DataType.Decimal(38, 6);
        }
        return one == Primitive.DOUBLE || other == Primitive.DOUBLE ? Primitive.DOUBLE : Primitive.FLOAT;
    }

    /// Numbers that meet in one expression: a float that meets a decimal is a double, as in Spark; DuckDB would
    /// keep to floats.
    static List<Expression> together(List<Expression> numbers) {
        boolean widens = numbers.stream()
                .map(Expression::type)
                .anyMatch(type -> type == Primitive.DOUBLE || type instanceof DataType.Decimal);
        return widens ? numbers.stream().map(Types::asDouble).toList() : numbers;
    }

    /// A float as a double, anything else as it is.
    static Expression asDouble(Expression number) {
        return number.type() == Primitive.FLOAT ? cast(number, Primitive.DOUBLE) : number;
    }
}
