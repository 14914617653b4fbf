package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Casts that a filter writes.
final class Casts {

    enum Mode {
        STRICT,
        NULL_IF_IMPOSSIBLE
    }

    private Casts() {}

    /// A plain type by its name in SQL.
    static DataType type(String name, List<Integer> parameters) {
        String folded = name.toUpperCase(Locale.ROOT);
        if (folded.equals("DECIMAL") || folded.equals("DEC") || folded.equals("NUMERIC")) {
            int precision = parameters.isEmpty() ? 10 : parameters.getFirst();
            int scale = parameters.size() < 2 ? 0 : parameters.get(1);
            if (precision < 1 || precision > 38 || scale > precision || parameters.size() > 2) {
                throw new Failure.BadFilter("decimals have 1 to 38 digits").asException();
            }
            return new DataType.Decimal(precision, scale);
        }
        boolean sized = folded.equals("VARCHAR") || folded.equals("CHAR");
        if (!parameters.isEmpty() && !sized) {
            throw new Failure.BadFilter(name + " takes no size").asException();
        }
        return switch (folded) {
            case "BYTE", "TINYINT" -> Primitive.BYTE;
            case "SHORT", "SMALLINT" -> Primitive.SHORT;
            case "INT", "INTEGER" -> Primitive.INTEGER;
            case "LONG", "BIGINT" -> Primitive.LONG;
            case "FLOAT", "REAL" -> Primitive.FLOAT;
            case "DOUBLE" -> Primitive.DOUBLE;
            case "BOOLEAN" -> Primitive.BOOLEAN;
            case "STRING", "VARCHAR", "CHAR", "TEXT" -> Primitive.STRING;
            case "BINARY" -> Primitive.BINARY;
            case "DATE" -> Primitive.DATE;
            case "TIMESTAMP", "TIMESTAMP_LTZ" -> Primitive.TIMESTAMP;
            case "TIMESTAMP_NTZ" -> Primitive.TIMESTAMP_NTZ;
            default ->
                throw new Failure.BadFilter("the type " + name + " is not one that a filter may cast to").asException();
        };
    }

    static Call cast(Expression operand, DataType type, Mode mode) {
        DataType from = operand.type();
        if (!(from instanceof Primitive) && !(from instanceof DataType.Decimal) || from == Primitive.VARIANT) {
            throw new Failure.BadFilter("a " + Types.name(from) + " cannot be cast").asException();
        }
        Optional<String> template = likeSpark(operand, type);
        String sql = SqlType.logical(type);
        return new Call(
                switch (mode) {
                    case STRICT -> template.orElse("CAST(?1 AS " + sql + ")");
                    // What fails in the operand fails.
                    case NULL_IF_IMPOSSIBLE ->
                        template.map(cast -> "list_extract(list_transform([?1], lambda o: TRY("
                                        + cast.replace("?1", "o") + ")), 1)")
                                .orElse("TRY_CAST(?1 AS " + sql + ")");
                },
                List.of(operand),
                type);
    }

    /// Where DuckDB casts otherwise than Spark; dates, times and numbers are read in more forms than Spark's.
    private static Optional<String> likeSpark(Expression operand, DataType type) {
        boolean differs = Types.isIntegral(type)
                || type == Primitive.STRING
                || type == Primitive.BOOLEAN
                || type instanceof DataType.Decimal && operand.type() == Primitive.DOUBLE;
        return operand instanceof Null || !differs ? Optional.empty() : SparkCasts.template(operand.type(), type);
    }
}
