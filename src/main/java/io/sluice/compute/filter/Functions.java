package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Case;
import io.sluice.compute.filter.Expression.Comparator;
import io.sluice.compute.filter.Expression.Comparison;
import io.sluice.compute.filter.Expression.IsNull;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Not;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The functions that a filter may call: pure, of single rows, and bounded in what they cost. No other is known.
final class Functions {

    private enum Takes {
        NUMBERS,
        TEXTS,
        TIME,
        TEXT_THEN_NUMBERS,
        NUMBER_THEN_NUMBERS,
        ANY
    }

    private enum Gives {
        LONG,
        DOUBLE,
        TEXT,
        BOOLEAN,
        /// The type of the arguments.
        SAME
    }

    private record Shape(String template, int least, int most, Takes takes, Gives gives) {}

    private static final Map<String, Shape> SHAPES = shapes();
    private static final int MOST_PLACES = 18;

    private Functions() {}

    private static Map<String, Shape> shapes() {
        var shapes = new TreeMap<String, Shape>();
        for (String name : List.of("abs", "sign")) {
            shapes.put(name, new Shape(name + "(?*)", 1, 1, Takes.NUMBERS, Gives.SAME));
        }
        for (String name : List.of("floor", "ceil", "exp")) {
            shapes.put(name, new Shape(name + "(?*)", 1, 1, Takes.NUMBERS, Gives.DOUBLE));
        }
        shapes.put(
                "sqrt",
                new Shape(
                        "sqrt(CASE WHEN ?1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE ?1 END)",
                        1,
                        1,
                        Takes.NUMBERS,
                        Gives.DOUBLE));
        shapes.put("round", new Shape("round(?*)", 1, 2, Takes.NUMBER_THEN_NUMBERS, Gives.SAME));
        for (String name : List.of("ln", "log10", "log2")) {
            shapes.put(name, new Shape(name + "(CASE WHEN ?1 > 0 THEN ?1 END)", 1, 1, Takes.NUMBERS, Gives.DOUBLE));
        }
        shapes.put("ceiling", new Shape("ceil(?*)", 1, 1, Takes.NUMBERS, Gives.DOUBLE));
        shapes.put("mod", new Shape("mod(?*)", 2, 2, Takes.NUMBERS, Gives.SAME));
        shapes.put("power", new Shape("pow(?*)", 2, 2, Takes.NUMBERS, Gives.DOUBLE));
        shapes.put("pow", new Shape("pow(?*)", 2, 2, Takes.NUMBERS, Gives.DOUBLE));
        shapes.put(
                "isnan", new Shape("coalesce(isnan(CAST(?1 AS DOUBLE)), false)", 1, 1, Takes.NUMBERS, Gives.BOOLEAN));
        texts(shapes);
        times(shapes);
        for (String name : List.of("greatest", "least", "coalesce")) {
            shapes.put(name, new Shape(name + "(?*)", 1, 64, Takes.ANY, Gives.SAME));
        }
        shapes.put("ifnull", new Shape("coalesce(?*)", 2, 2, Takes.ANY, Gives.SAME));
        shapes.put("nvl", new Shape("coalesce(?*)", 2, 2, Takes.ANY, Gives.SAME));
        shapes.put("nullif", new Shape("nullif(?*)", 2, 2, Takes.ANY, Gives.SAME));
        return shapes;
    }

    private static void texts(Map<String, Shape> shapes) {
        Map.of("lower", "lower", "lcase", "lower", "upper", "upper", "ucase", "upper", "reverse", "reverse")
                .forEach((name, sql) -> shapes.put(name, new Shape(sql + "(?*)", 1, 1, Takes.TEXTS, Gives.TEXT)));
        for (String name : List.of("trim", "ltrim", "rtrim")) {
            shapes.put(name, new Shape(name + "(?*)", 1, 1, Takes.TEXTS, Gives.TEXT));
        }
        for (String name : List.of("length", "char_length", "character_length", "len")) {
            shapes.put(name, new Shape("length(?*)", 1, 1, Takes.TEXTS, Gives.LONG));
        }
        Map.of(
                        "startswith", "starts_with",
                        "starts_with", "starts_with",
                        "endswith", "ends_with",
                        "ends_with", "ends_with",
                        "contains", "contains")
                .forEach((name, sql) -> shapes.put(name, new Shape(sql + "(?*)", 2, 2, Takes.TEXTS, Gives.BOOLEAN)));
        shapes.put("replace", new Shape("replace(?*)", 3, 3, Takes.TEXTS, Gives.TEXT));
        shapes.put("instr", new Shape("instr(?*)", 2, 2, Takes.TEXTS, Gives.LONG));
        shapes.put("locate", new Shape("instr(?2, ?1)", 2, 2, Takes.TEXTS, Gives.LONG));
        shapes.put("concat", new Shape("(?||)", 1, 64, Takes.TEXTS, Gives.TEXT));
        for (String name : List.of("substring", "substr")) {
            shapes.put(name, new Shape("substring(?*)", 2, 3, Takes.TEXT_THEN_NUMBERS, Gives.TEXT));
        }
        // A negative length is none in Spark; DuckDB counts from the other end.
        String length = ", CASE WHEN ?2 < 0 THEN 0 ELSE ?2 END)";
        for (String name : List.of("left", "right")) {
            shapes.put(name, new Shape(name + "(?1" + length, 2, 2, Takes.TEXT_THEN_NUMBERS, Gives.TEXT));
        }
    }

    private static void times(Map<String, Shape> shapes) {
        for (String name : List.of("year", "quarter", "month", "day", "hour", "minute", "second", "dayofyear")) {
            shapes.put(name, new Shape(name + "(?*)", 1, 1, Takes.TIME, Gives.LONG));
        }
        shapes.put("dayofmonth", new Shape("day(?*)", 1, 1, Takes.TIME, Gives.LONG));
        // Spark counts from Sunday as 1, DuckDB from Sunday as 0.
        shapes.put("dayofweek", new Shape("(dayofweek(?1) + 1)", 1, 1, Takes.TIME, Gives.LONG));
    }

    /// @throws FailureException `bad-filter` for another function, and for arguments that it does not take
    static Expression call(String name, List<Expression> arguments) {
        String folded = name.toLowerCase(Locale.ROOT);
        switch (folded) {
            case "if", "iff" -> {
                return condition(arguments);
            }
            case "isnull" -> {
                return new IsNull(only(name, arguments));
            }
            case "isnotnull" -> {
                return new Not(new IsNull(only(name, arguments)));
            }
            case "equal_null" -> {
                count(name, arguments, 2, 2);
                List<Expression> sides = Types.comparable(arguments.getFirst(), arguments.getLast());
                return new Comparison(Comparator.NOT_DISTINCT, sides.getFirst(), sides.getLast());
            }
            default -> {
                return shaped(name, folded, arguments);
            }
        }
    }

    private static Expression condition(List<Expression> arguments) {
        count("if", arguments, 3, 3);
        if (arguments.getFirst().type() != Primitive.BOOLEAN) {
            throw new Failure.BadFilter("the first argument of if is not a condition").asException();
        }
        return new Case(arguments, Types.common(arguments.subList(1, 3)));
    }

    private static Expression only(String name, List<Expression> arguments) {
        count(name, arguments, 1, 1);
        return arguments.getFirst();
    }

    private static void count(String name, List<Expression> arguments, int least, int most) {
        if (arguments.size() < least || arguments.size() > most) {
            throw new Failure.BadFilter(name + " does not take " + arguments.size() + " arguments").asException();
        }
    }

    private static Expression shaped(String name, String folded, List<Expression> arguments) {
        Shape shape = SHAPES.get(folded);
        if (shape == null) {
            throw new Failure.BadFilter("the function " + name + " is not one of those that a filter may call")
                    .asException();
        }
        count(name, arguments, shape.least(), shape.most());
        for (int i = 0; i < arguments.size(); i++) {
            if (!takes(shape.takes(), i, arguments.get(i))) {
                throw new Failure.BadFilter(name + " does not take a "
                                + Types.name(arguments.get(i).type()) + " as argument " + (i + 1))
                        .asException();
            }
        }
        String template = switch (folded) {
            case "mod" -> "mod(?1, " + Division.divisor(arguments.getLast()) + ")";
            case "substring", "substr" -> part(arguments.size());
            case "round" -> rounded(arguments).orElse(shape.template());
            default -> shape.template();
        };
        List<Expression> given = shape.gives() == Gives.SAME ? Types.together(arguments) : arguments;
        return new Call(template, given, result(shape, given));
    }

    /// The part of a text: as in Spark position 0 is position 1, and a negative length is none.
    private static String part(int arguments) {
        return "substring(?1, CASE WHEN ?2 = 0 THEN 1 ELSE ?2 END"
                + (arguments == 3 ? ", CASE WHEN ?3 < 0 THEN 0 ELSE ?3 END)" : ")");
    }

    /// A fraction rounded by its shortest text, as Spark does; what has no such decimal has no fraction either.
    private static Optional<String> rounded(List<Expression> arguments) {
        Expression number = arguments.getFirst();
        long places =
                arguments.size() == 1 ? 0 : arguments.get(1) instanceof Literal(Long value, DataType _) ? value : -1;
        boolean binary = number.type() == Primitive.DOUBLE || number.type() == Primitive.FLOAT;
        if (!binary || places < 0 || places > MOST_PLACES) {
            return Optional.empty();
        }
        // A float by the text of the double that it is.
        String sql = number.type() == Primitive.DOUBLE ? "DOUBLE" : "FLOAT";
        return Optional.of("coalesce(CAST(TRY_CAST(CAST(CAST(?1 AS DOUBLE) AS VARCHAR) AS DECIMAL(38," + places
                + ")) AS " + sql + "), ?1)");
    }

    private static boolean takes(Takes takes, int position, Expression argument) {
        DataType type = argument.type();
        return argument instanceof Null
                || switch (takes) {
                    case NUMBERS -> Types.isNumeric(type);
                    case TEXTS -> type == Primitive.STRING;
                    case TIME -> Types.isTime(type);
                    case TEXT_THEN_NUMBERS -> position == 0 ? type == Primitive.STRING : Types.isIntegral(type);
                    case NUMBER_THEN_NUMBERS -> position == 0 ? Types.isNumeric(type) : Types.isIntegral(type);
                    case ANY -> true;
                };
    }

    private static DataType result(Shape shape, List<Expression> arguments) {
        return switch (shape.gives()) {
            case LONG -> Primitive.LONG;
            case DOUBLE -> Primitive.DOUBLE;
            case TEXT -> Primitive.STRING;
            case BOOLEAN -> Primitive.BOOLEAN;
            case SAME ->
                shape.takes() == Takes.NUMBER_THEN_NUMBERS
                        ? arguments.getFirst().type()
                        : Types.common(arguments);
        };
    }
}
