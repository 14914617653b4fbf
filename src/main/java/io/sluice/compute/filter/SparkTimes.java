package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Call;
import io.sluice.compute.filter.Expression.Literal;
import io.sluice.compute.filter.Expression.Null;
import io.sluice.compute.scan.Sql;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spark's functions of dates and timestamps, in a session in UTC.
final class SparkTimes {

    private static final Map<String, String> PARTS = Map.ofEntries(
            Map.entry("year", "year(?1)"),
            Map.entry("quarter", "quarter(?1)"),
            Map.entry("month", "month(?1)"),
            Map.entry("day", "day(?1)"),
            Map.entry("dayofmonth", "day(?1)"),
            Map.entry("dayofyear", "dayofyear(?1)"),
            // Spark counts days of the week from Sunday as 1, weekdays from Monday as 0.
            Map.entry("dayofweek", "(dayofweek(?1) + 1)"),
            Map.entry("weekday", "(isodow(?1) - 1)"),
            Map.entry("weekofyear", "weekofyear(?1)"),
            Map.entry("hour", "hour(?1)"),
            Map.entry("minute", "minute(?1)"),
            Map.entry("second", "second(?1)"));

    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("YEAR", "year"),
            Map.entry("YYYY", "year"),
            Map.entry("YY", "year"),
            Map.entry("QUARTER", "quarter"),
            Map.entry("MONTH", "month"),
            Map.entry("MM", "month"),
            Map.entry("MON", "month"),
            Map.entry("WEEK", "week"),
            Map.entry("DAY", "day"),
            Map.entry("DD", "day"),
            Map.entry("HOUR", "hour"),
            Map.entry("MINUTE", "minute"),
            Map.entry("SECOND", "second"),
            Map.entry("MILLISECOND", "millisecond"),
            Map.entry("MICROSECOND", "microsecond"));

    private static final Pattern FORMAT = Pattern.compile("([A-Za-z])\\1*|[^A-Za-z'\\[\\]{}#%]");
    private static final Map<String, String> FORMATS =
            Map.of("yyyy", "%Y", "MM", "%m", "dd", "%d", "HH", "%H", "mm", "%M", "ss", "%S");

    private final SparkDialect dialect;

    SparkTimes(SparkDialect dialect) {
        this.dialect = dialect;
    }

    /// Empty for a function that is none of time.
    Optional<Expression> call(String name, List<Expression> arguments) {
        String part = PARTS.get(name);
        if (part != null) {
            times(name, arguments, 1);
            return Optional.of(new Call("CAST(" + part + " AS INTEGER)", arguments, Primitive.INTEGER));
        }
        return switch (name) {
            case "date_trunc" -> Optional.of(truncated(arguments));
            case "trunc" -> Optional.of(truncatedDate(arguments));
            case "date_format" -> Optional.of(formatted(arguments));
            case "date_add" -> Optional.of(moved(name, "CAST(?1 AS DATE) + CAST(?2 AS INTEGER)", arguments));
            case "date_sub" -> Optional.of(moved(name, "CAST(?1 AS DATE) - CAST(?2 AS INTEGER)", arguments));
            case "add_months" ->
                Optional.of(moved(name, "CAST(CAST(?1 AS DATE) + to_months(CAST(?2 AS INTEGER)) AS DATE)", arguments));
            case "datediff", "date_diff" -> {
                times(name, arguments, 2);
                yield Optional.of(
                        new Call("CAST(CAST(?1 AS DATE) - CAST(?2 AS DATE) AS INTEGER)", arguments, Primitive.INTEGER));
            }
            case "last_day" -> {
                times(name, arguments, 1);
                yield Optional.of(new Call("last_day(CAST(?1 AS DATE))", arguments, Primitive.DATE));
            }
            default -> Optional.empty();
        };
    }

    private void times(String name, List<Expression> arguments, int count) {
        SparkFunctions.count(name, arguments, count, count);
        arguments.forEach(argument -> requireTime(name, argument));
    }

    private void requireTime(String name, Expression argument) {
        if (!(argument instanceof Null) && !Types.isTime(argument.type())) {
            throw dialect.refused("the function " + name + " of a " + Types.name(argument.type()));
        }
    }

    private Expression moved(String name, String template, List<Expression> arguments) {
        SparkFunctions.count(name, arguments, 2, 2);
        requireTime(name, arguments.getFirst());
        DataType count = arguments.getLast().type();
        if (!Types.isIntegral(count) || count == Primitive.LONG) {
            throw dialect.refused("the function " + name + " by a " + Types.name(count));
        }
        return new Call(template, arguments, Primitive.DATE);
    }

    private Expression truncated(List<Expression> arguments) {
        SparkFunctions.count("date_trunc", arguments, 2, 2);
        requireTime("date_trunc", arguments.getLast());
        return new Call(
                "date_trunc('" + unit("date_trunc", arguments.getFirst()) + "', CAST(?1 AS TIMESTAMPTZ))",
                List.of(arguments.getLast()),
                Primitive.TIMESTAMP);
    }

    private Expression truncatedDate(List<Expression> arguments) {
        SparkFunctions.count("trunc", arguments, 2, 2);
        requireTime("trunc", arguments.getFirst());
        String unit = unit("trunc", arguments.getLast());
        if (!List.of("year", "quarter", "month", "week").contains(unit)) {
            throw dialect.refused("the function trunc to a " + unit);
        }
        return new Call(
                "CAST(date_trunc('" + unit + "', CAST(?1 AS DATE)) AS DATE)",
                List.of(arguments.getFirst()),
                Primitive.DATE);
    }

    private String unit(String function, Expression unit) {
        if (unit instanceof Literal(String text, DataType _)
                && UNITS.get(text.toUpperCase(Locale.ROOT)) instanceof String known) {
            return known;
        }
        throw dialect.refused("the function " + function + " to a unit that is not a constant of its list");
    }

    private Expression formatted(List<Expression> arguments) {
        SparkFunctions.count("date_format", arguments, 2, 2);
        requireTime("date_format", arguments.getFirst());
        if (!(arguments.getLast() instanceof Literal(String pattern, DataType _))) {
            throw dialect.refused("the function date_format with a pattern that is no constant");
        }
        var format = new StringBuilder();
        Matcher parts = FORMAT.matcher(pattern);
        int end = 0;
        while (parts.find() && parts.start() == end) {
            String part = parts.group();
            boolean letter = parts.group(1) != null;
            String directive = FORMATS.get(part);
            if (letter && directive == null || part.equals("?")) {
                break;
            }
            format.append(letter ? directive : part);
            end = parts.end();
        }
        if (end != pattern.length() || pattern.isEmpty()) {
            throw dialect.refused(
                    "the function date_format with a pattern of other parts than yyyy, MM, dd, HH, mm, ss");
        }
        return new Call(
                "strftime(CAST(?1 AS TIMESTAMP), " + Sql.literal(format.toString()) + ")",
                List.of(arguments.getFirst()),
                Primitive.STRING);
    }
}
