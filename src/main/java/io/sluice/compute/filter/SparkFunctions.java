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
import io.sluice.table.DataType.Decimal;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The functions that expressions in tables may call, with Spark's results.
final class SparkFunctions {

    /// Letters whose other case is more than one letter, or depends on what stands around them: DuckDB and Java
    /// differ.
    private static final String NO_SIMPLE_UPPER =
            "[\\x{df}\\x{149}\\x{1f0}\\x{390}\\x{3b0}\\x{587}\\x{1e96}-\\x{1e9e}\\x{1f50}-\\x{1fff}\\x{fb00}-\\x{fb17}]";

    private static final String NO_SIMPLE_LOWER = "[\\x{130}\\x{3a3}\\x{1e9e}]";

    private enum Kind {
        TEXT,
        INTEGER,
        NUMBER,
        DOUBLE,
        BOOLEAN,
        /// A date, or a timestamp of either kind.
        TIME
    }

    private record Shape(String template, DataType gives, int least, List<Kind> takes) {}

    private static final Map<String, Shape> SHAPES = shapes();

    private final SparkDialect dialect;
    private final SparkTimes times;

    SparkFunctions(SparkDialect dialect) {
        this.dialect = dialect;
        this.times = new SparkTimes(dialect);
    }

    private static Map<String, Shape> shapes() {
        var shapes = new TreeMap<String, Shape>();
        List.of("lower", "lcase").forEach(name -> text(shapes, name, folded("lower", NO_SIMPLE_LOWER), Kind.TEXT));
        List.of("upper", "ucase").forEach(name -> text(shapes, name, folded("upper", NO_SIMPLE_UPPER), Kind.TEXT));
        List.of("trim", "ltrim", "rtrim").forEach(name -> text(shapes, name, name + "(?1)", Kind.TEXT));
        text(shapes, "replace", "replace(?1, ?2, ?3)", Kind.TEXT, Kind.TEXT, Kind.TEXT);
        List.of("substring", "substr")
                .forEach(name -> shapes.put(
                        name,
                        new Shape(
                                "substring(?1, CASE WHEN ?2 = 0 THEN 1 ELSE ?2 END,"
                                        + " CASE WHEN ?3 < 0 THEN 0 ELSE ?3 END)",
                                Primitive.STRING,
                                3,
                                List.of(Kind.TEXT, Kind.INTEGER, Kind.INTEGER))));
        text(shapes, "left", "left(?1, CASE WHEN ?2 < 0 THEN 0 ELSE ?2 END)", Kind.TEXT, Kind.INTEGER);
        text(shapes, "right", "right(?1, CASE WHEN ?2 < 0 THEN 0 ELSE ?2 END)", Kind.TEXT, Kind.INTEGER);
        List.of("length", "char_length", "character_length", "len")
                .forEach(name -> shapes.put(
                        name, new Shape("CAST(length(?1) AS INTEGER)", Primitive.INTEGER, 1, List.of(Kind.TEXT))));
        Map.of("startswith", "starts_with", "endswith", "ends_with", "contains", "contains")
                .forEach((name, sql) -> shapes.put(
                        name, new Shape(sql + "(?1, ?2)", Primitive.BOOLEAN, 2, List.of(Kind.TEXT, Kind.TEXT))));
        shapes.put(
                "instr",
                new Shape("CAST(instr(?1, ?2) AS INTEGER)", Primitive.INTEGER, 2, List.of(Kind.TEXT, Kind.TEXT)));
        shapes.put(
                "locate",
                new Shape("CAST(instr(?2, ?1) AS INTEGER)", Primitive.INTEGER, 2, List.of(Kind.TEXT, Kind.TEXT)));
        shapes.put("isnan", new Shape("coalesce(isnan(?1), false)", Primitive.BOOLEAN, 1, List.of(Kind.DOUBLE)));
        shapes.put(
                "sqrt",
                new Shape(
                        "CASE WHEN ?1 < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt(CAST(?1 AS DOUBLE)) END",
                        Primitive.DOUBLE,
                        1,
                        List.of(Kind.NUMBER)));
        return shapes;
    }

    private static void text(Map<String, Shape> shapes, String name, String template, Kind... takes) {
        shapes.put(name, new Shape(template, Primitive.STRING, takes.length, List.of(takes)));
    }

    private static String folded(String function, String difficult) {
        return "CASE WHEN regexp_matches(?1, '" + difficult
                + "') THEN CAST(CAST('no simple case' AS INTEGER) AS VARCHAR)" + " ELSE " + function + "(?1) END";
    }

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` for a function that is not in the
    ///     list, `bad-filter` for arguments that it does not take
    Expression call(String name, List<Expression> arguments) {
        String folded = name.toLowerCase(Locale.ROOT);
        Shape shape = SHAPES.get(folded);
        if (shape != null) {
            return shaped(name, shape, arguments);
        }
        return choice(folded, arguments)
                .or(() -> number(folded, arguments))
                .or(() -> times.call(folded, arguments))
                .or(() -> cast(folded, arguments))
                .orElseThrow(() -> dialect.refused("the function " + folded));
    }

    private Expression shaped(String name, Shape shape, List<Expression> given) {
        List<Expression> arguments = given;
        boolean open = name.toLowerCase(Locale.ROOT).startsWith("substr") && given.size() == 2;
        if (open) {
            arguments =
                    List.of(given.getFirst(), given.get(1), new Literal((long) Integer.MAX_VALUE, Primitive.INTEGER));
        }
        count(name, arguments, shape.least(), shape.takes().size());
        for (int i = 0; i < arguments.size(); i++) {
            if (!takes(shape.takes().get(i), arguments.get(i))) {
                throw dialect.refused("the function " + name.toLowerCase(Locale.ROOT) + " of a "
                        + Types.name(arguments.get(i).type()));
            }
        }
        return new Call(shape.template(), arguments, shape.gives());
    }

    private static boolean takes(Kind kind, Expression argument) {
        DataType type = argument.type();
        return argument instanceof Null
                || switch (kind) {
                    case TEXT -> type == Primitive.STRING;
                    case INTEGER -> Types.isIntegral(type);
                    case NUMBER -> Types.isNumeric(type);
                    case DOUBLE -> type == Primitive.DOUBLE || type == Primitive.FLOAT;
                    case BOOLEAN -> type == Primitive.BOOLEAN;
                    case TIME -> Types.isTime(type);
                };
    }

    static void count(String name, List<Expression> arguments, int least, int most) {
        if (arguments.size() < least || arguments.size() > most) {
            throw new Failure.BadFilter(name + " does not take " + arguments.size() + " arguments").asException();
        }
    }

    private Optional<Expression> choice(String name, List<Expression> arguments) {
        return switch (name) {
            case "coalesce", "greatest", "least" -> {
                count(name, arguments, 1, 64);
                yield Optional.of(new Call(name + "(?*)", arguments, dialect.common(arguments)));
            }
            case "ifnull", "nvl" -> {
                count(name, arguments, 2, 2);
                yield Optional.of(new Call("coalesce(?*)", arguments, dialect.common(arguments)));
            }
            case "nullif" -> {
                count(name, arguments, 2, 2);
                List<Expression> sides = dialect.comparable(arguments.getFirst(), arguments.getLast());
                yield Optional.of(new Case(
                        List.of(
                                new Comparison(Comparator.EQUAL, sides.getFirst(), sides.getLast()),
                                new Null(),
                                arguments.getFirst()),
                        arguments.getFirst().type()));
            }
            case "if", "iff" -> {
                count(name, arguments, 3, 3);
                if (!takes(Kind.BOOLEAN, arguments.getFirst())) {
                    throw new Failure.BadFilter("the first argument of if is not a condition").asException();
                }
                yield Optional.of(new Case(arguments, dialect.common(arguments.subList(1, 3))));
            }
            case "isnull" -> {
                count(name, arguments, 1, 1);
                yield Optional.of(new IsNull(arguments.getFirst()));
            }
            case "isnotnull" -> {
                count(name, arguments, 1, 1);
                yield Optional.of(new Not(new IsNull(arguments.getFirst())));
            }
            case "equal_null" -> {
                count(name, arguments, 2, 2);
                List<Expression> sides = dialect.comparable(arguments.getFirst(), arguments.getLast());
                yield Optional.of(new Comparison(Comparator.NOT_DISTINCT, sides.getFirst(), sides.getLast()));
            }
            case "concat" -> {
                count(name, arguments, 1, 64);
                if (!arguments.stream().allMatch(argument -> takes(Kind.TEXT, argument))) {
                    throw dialect.refused("the function concat of other values than strings");
                }
                yield Optional.of(new Call("(?||)", arguments, Primitive.STRING));
            }
            default -> Optional.empty();
        };
    }

    private Optional<Expression> number(String name, List<Expression> arguments) {
        return switch (name) {
            case "abs" -> {
                Expression number = numeric(name, arguments, 1);
                yield Optional.of(new Call("abs(?1)", List.of(number), number.type()));
            }
            case "mod" -> {
                count(name, arguments, 2, 2);
                yield Optional.of(dialect.arithmetic("%", arguments.getFirst(), arguments.getLast()));
            }
            case "floor", "ceil", "ceiling" ->
                Optional.of(whole(name.equals("floor") ? "floor" : "ceil", numeric(name, arguments, 1)));
            case "round" -> Optional.of(rounded(numeric(name, arguments, 2), arguments));
            default -> Optional.empty();
        };
    }

    private Expression numeric(String name, List<Expression> arguments, int most) {
        count(name, arguments, 1, most);
        if (!takes(Kind.NUMBER, arguments.getFirst()) || arguments.getFirst() instanceof Null) {
            throw dialect.refused("the function " + name + " of a "
                    + Types.name(arguments.getFirst().type()));
        }
        return arguments.getFirst();
    }

    private static Expression whole(String function, Expression number) {
        return number.type() instanceof Decimal decimal
                ? new Call(
                        function + "(?1)",
                        List.of(number),
                        new Decimal(Math.max(1, decimal.precision() - decimal.scale() + 1), 0))
                : new Call("CAST(" + function + "(?1) AS BIGINT)", List.of(number), Primitive.LONG);
    }

    private Expression rounded(Expression number, List<Expression> arguments) {
        Expression digits = arguments.size() < 2 ? new Literal(0L, Primitive.INTEGER) : arguments.get(1);
        if (!(digits instanceof Literal(Long places, DataType _)) || places < 0 || places > 18) {
            throw dialect.refused("the function round to other than 0 to 18 places");
        }
        return switch (number.type()) {
            case Decimal decimal ->
                new Call(
                        "round(?1, " + Math.min(places, decimal.scale()) + ")",
                        List.of(number),
                        new Decimal(Math.min(38, decimal.precision() + 1), (int) Math.min(places, decimal.scale())));
            case Primitive.DOUBLE ->
                // By the shortest text of the number, as Spark; what has no such decimal has no fraction either.
                new Call(
                        "coalesce(CAST(TRY_CAST(CAST(?1 AS VARCHAR) AS DECIMAL(38," + places + ")) AS DOUBLE), ?1)",
                        List.of(number),
                        Primitive.DOUBLE);
            case Primitive.FLOAT -> throw dialect.refused("the function round of a float");
            default -> number;
        };
    }

    /// `string(x)`, `date(x)` and their like, and the functions that are casts.
    private Optional<Expression> cast(String name, List<Expression> arguments) {
        Optional<DataType> type = Optional.ofNullable(
                switch (name) {
                    case "string" -> Primitive.STRING;
                    case "int" -> Primitive.INTEGER;
                    case "bigint" -> Primitive.LONG;
                    case "smallint" -> Primitive.SHORT;
                    case "tinyint" -> Primitive.BYTE;
                    case "double" -> Primitive.DOUBLE;
                    case "boolean" -> Primitive.BOOLEAN;
                    case "date", "to_date" -> Primitive.DATE;
                    case "timestamp", "to_timestamp" -> Primitive.TIMESTAMP;
                    default -> null;
                });
        return type.map(wanted -> {
            if (arguments.size() != 1) {
                throw dialect.refused("the function " + name + " of " + arguments.size() + " arguments");
            }
            return dialect.cast(arguments.getFirst(), wanted, Casts.Mode.STRICT);
        });
    }
}
