package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Decimal;
import io.sluice.table.DataType.Primitive;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Casts as Spark does them in ANSI mode. Texts are read in their plain forms only: one that Spark would read in
/// another form is an error of its row.
final class SparkCasts {

    static final String WHOLE = "[+-]{0,1}[0-9]+";
    private static final String NUMBER = "[+-]{0,1}([0-9]+([.][0-9]*){0,1}|[.][0-9]+)([eE][+-]{0,1}[0-9]+){0,1}";
    private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    private static final String WALL_CLOCK = DATE + "([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6}){0,1}){0,1}){0,1}";
    private static final String INSTANT =
            DATE + "([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6}){0,1}){0,1}(Z|[+-][0-9]{2}:[0-9]{2}){0,1}){0,1}";
    private static final int MOST_SCALE_IN_TEXT = 6;

    /// The shortest text of a double as Java writes it, from DuckDB's `t`: it has the same digits, and its
    /// exponents begin elsewhere than at ten million and a thousandth.
    private static final String JAVA_TEXT = """
            CASE
              WHEN t = 'nan' THEN 'NaN' WHEN t = 'inf' THEN 'Infinity' WHEN t = '-inf' THEN '-Infinity'
              WHEN contains(t, 'e') THEN
                regexp_replace(regexp_replace(t, '^(-{0,1}[0-9])e', '\\1.0e'), 'e([+]|(-))0*', 'E\\2')
              WHEN regexp_matches(t, '^-{0,1}0[.]000') THEN
                replace(regexp_replace(t, '^(-{0,1})0[.]000(.)(.*)$', '\\1\\2.\\3E-4'), '.E', '.0E')
              WHEN regexp_matches(t, '^-{0,1}[0-9]{8}') THEN
                regexp_extract(t, '^-{0,1}[0-9]') || '.'
                || coalesce(nullif(rtrim(regexp_replace(t, '^-{0,1}[0-9]|[.]', '', 'g'), '0'), ''), '0')
                || 'E' || (instr(ltrim(t, '-'), '.') - 2)
              ELSE t END""";

    private static final String DOUBLE_AS_TEXT =
            "list_extract(list_transform([CAST(?1 AS VARCHAR)], lambda t: " + JAVA_TEXT + "), 1)";

    /// The double with the fewest digits that is read as the same float; DuckDB writes floats with more.
    private static final String SHORTEST = IntStream.rangeClosed(6, 9)
            .mapToObj("CAST(printf('%%.%dg', CAST(f AS DOUBLE)) AS DOUBLE)"::formatted)
            .map(read -> "WHEN CAST(" + read + " AS FLOAT) = f THEN " + read)
            .collect(Collectors.joining(" ", "CASE ", " END"));

    private static final String FLOAT_AS_TEXT = "list_extract(list_transform([?1], lambda f:"
            + " list_extract(list_transform([CAST(" + SHORTEST + " AS VARCHAR)], lambda t: " + JAVA_TEXT + "), 1)), 1)";

    private SparkCasts() {}

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` for a cast that is not done here
    static Expression cast(SparkDialect dialect, Expression operand, DataType type) {
        DataType from = operand.type();
        if (operand instanceof Null) {
            return operand;
        }
        if (from.equals(type)) {
            return new Call("?1", List.of(operand), type);
        }
        String template = template(from, type)
                .orElseThrow(() -> dialect.refused("a cast of a " + Types.name(from) + " to " + Types.name(type)));
        return new Call(template, List.of(operand), type);
    }

    /// The cast as a template of [Call]; empty where it is not done here.
    static Optional<String> template(DataType from, DataType type) {
        return switch (type) {
            case Decimal _ -> toDecimal(from, type);
            case Primitive primitive ->
                switch (primitive) {
                    case STRING -> toText(from);
                    case BYTE, SHORT, INTEGER, LONG -> toInteger(from, type);
                    case FLOAT, DOUBLE -> toReal(from, type);
                    case BOOLEAN -> toBoolean(from);
                    case DATE -> toDate(from);
                    case TIMESTAMP -> toTime(from, type, INSTANT);
                    case TIMESTAMP_NTZ -> toTime(from, type, WALL_CLOCK);
                    case BINARY -> from == Primitive.STRING ? Optional.of("encode(?1)") : Optional.empty();
                    case VARIANT, VOID -> Optional.empty();
                };
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> Optional.empty();
        };
    }

    private static Optional<String> plain(DataType type) {
        return Optional.of("CAST(?1 AS " + SqlType.logical(type) + ")");
    }

    private static Optional<String> text(String pattern, DataType type) {
        String sql = SqlType.logical(type);
        return Optional.of("CASE WHEN ?1 IS NULL OR regexp_full_match(trim(?1), '" + pattern
                + "') THEN CAST(trim(?1) AS " + sql + ") ELSE CAST('not a value' AS " + sql + ") END");
    }

    private static Optional<String> toDecimal(DataType from, DataType type) {
        if (Types.isIntegral(from) || from instanceof Decimal) {
            return plain(type);
        }
        // By the shortest text of the number, as Spark: what it is multiplied out to may lie on the other side of
        // a half.
        return from == Primitive.DOUBLE
                ? Optional.of("CAST(CAST(?1 AS VARCHAR) AS " + SqlType.logical(type) + ")")
                : from == Primitive.STRING ? text(NUMBER, type) : Optional.empty();
    }

    private static Optional<String> toText(DataType from) {
        if (from == Primitive.TIMESTAMP) {
            return Optional.of("CAST(CAST(?1 AS TIMESTAMP) AS VARCHAR)");
        }
        if (from == Primitive.DOUBLE || from == Primitive.FLOAT) {
            return Optional.of(from == Primitive.DOUBLE ? DOUBLE_AS_TEXT : FLOAT_AS_TEXT);
        }
        boolean same = Types.isIntegral(from)
                || from instanceof Decimal decimal && decimal.scale() <= MOST_SCALE_IN_TEXT
                || from == Primitive.BOOLEAN
                || from == Primitive.DATE
                || from == Primitive.TIMESTAMP_NTZ;
        return same ? plain(Primitive.STRING) : Optional.empty();
    }

    private static Optional<String> toInteger(DataType from, DataType type) {
        if (Types.isIntegral(from) || from == Primitive.BOOLEAN) {
            return plain(type);
        }
        if (Types.isNumeric(from)) {
            return Optional.of("CAST(trunc(?1) AS " + SqlType.logical(type) + ")");
        }
        if (from == Primitive.TIMESTAMP && type == Primitive.LONG) {
            return Optional.of("(epoch_us(?1) - (epoch_us(?1) % 1000000 + 1000000) % 1000000) // 1000000");
        }
        return from == Primitive.STRING ? text(WHOLE, type) : Optional.empty();
    }

    private static Optional<String> toReal(DataType from, DataType type) {
        if (Types.isNumeric(from) || from == Primitive.BOOLEAN) {
            return plain(type);
        }
        return from == Primitive.STRING ? text(NUMBER, type) : Optional.empty();
    }

    private static Optional<String> toBoolean(DataType from) {
        if (from == Primitive.STRING) {
            // Not with IN: of five texts DuckDB makes a join, outside of what stands around it.
            return Optional.of("CASE WHEN regexp_full_match(lower(trim(?1)), 't|true|y|yes|1') THEN true"
                    + " WHEN ?1 IS NULL THEN NULL"
                    + " WHEN regexp_full_match(lower(trim(?1)), 'f|false|n|no|0') THEN false"
                    + " ELSE CAST('not a value' AS BOOLEAN) END");
        }
        return Types.isIntegral(from) ? plain(Primitive.BOOLEAN) : Optional.empty();
    }

    private static Optional<String> toDate(DataType from) {
        if (from == Primitive.TIMESTAMP || from == Primitive.TIMESTAMP_NTZ) {
            return plain(Primitive.DATE);
        }
        return from == Primitive.STRING ? text(DATE, Primitive.DATE) : Optional.empty();
    }

    private static Optional<String> toTime(DataType from, DataType type, String pattern) {
        if (Types.isTime(from)) {
            return plain(type);
        }
        return from == Primitive.STRING ? text(pattern, type) : Optional.empty();
    }
}
