package io.sluice.compute.rule;

import io.sluice.compute.SparkExpression;
import io.sluice.compute.scan.SqlType;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;

/// Reads the rules of a table from its metadata (Delta protocol, "CHECK Constraints", "Column Invariants", "Generated
/// Columns", "Default Columns", "Identity Columns").
public final class RuleReader {

    private static final String CONSTRAINT = "delta.constraints.";
    private static final String INVARIANTS = "delta.invariants";
    private static final String GENERATED = "delta.generationExpression";
    private static final String DEFAULT = "CURRENT_DEFAULT";
    private static final String IDENTITY = "delta.identity.start";
    private static final String EXPLICIT = "delta.identity.allowExplicitInsert";

    private final Schema schema;
    private final Map<String, String> configuration;
    private final Instant now;
    private final Origin origin;

    /// Where the expressions come from.
    public enum Origin {
        /// A table's log: whatever is wrong with one, the table asks for something that is not done here.
        TABLE,
        /// A request that declares them: a text that is no expression is the client's mistake.
        REQUEST
    }

    /// @param now the time that defaults may ask for
    public RuleReader(Schema schema, Map<String, String> configuration, Instant now, Origin origin) {
        this.origin = origin;
        this.schema = schema;
        this.configuration = configuration;
        this.now = now;
    }

    /// The conditions, in the order of their names, then those of columns.
    ///
    /// @throws FailureException `unsupported-table-feature` naming the expression that is not computed here
    public List<Check> checks() {
        var named = new TreeMap<String, Check>();
        configuration.forEach((key, text) -> {
            if (key.regionMatches(true, 0, CONSTRAINT, 0, CONSTRAINT.length())) {
                String name = key.substring(CONSTRAINT.length());
                SparkExpression condition = condition(text, "checkConstraints", "the constraint " + name);
                named.put(name, new Check(name, "", condition.sql(), condition.columns(), text));
            }
        });
        var checks = new ArrayList<>(named.values());
        for (Column column : schema.columns()) {
            invariant(column).ifPresent(text -> {
                SparkExpression condition = condition(text, "invariants", "the invariant of " + column.name());
                checks.add(new Check(column.name(), column.name(), condition.sql(), condition.columns(), text));
            });
        }
        return List.copyOf(checks);
    }

    /// The columns that a row need not bring, in the order of the table.
    ///
    /// @throws FailureException as [#checks]
    public List<Filling> fillings() {
        var fillings = new ArrayList<Filling>();
        for (Column column : schema.columns()) {
            requirePlainFields(column);
            filling(column).ifPresent(fillings::add);
        }
        return List.copyOf(fillings);
    }

    private Optional<Filling> filling(Column column) {
        Map<String, Object> metadata = column.metadata();
        if (metadata.get(GENERATED) instanceof String text) {
            SparkExpression value = generated(column, text);
            return Optional.of(
                    new Filling.Generated(column, cast(value, column, "generatedColumns"), value.columns(), text));
        }
        if (metadata.containsKey(IDENTITY)) {
            return Optional.of(new Filling.Identity(column, !Boolean.TRUE.equals(metadata.get(EXPLICIT))));
        }
        if (metadata.get(DEFAULT) instanceof String text) {
            return Optional.of(
                    new Filling.Default(column, cast(constant(column, text), column, "allowColumnDefaults")));
        }
        return Optional.empty();
    }

    private SparkExpression generated(Column column, String text) {
        String what = "the generation expression of " + column.name();
        SparkExpression expression = explained(
                what, text, () -> SparkExpression.parse(text, schema, "generatedColumns"), "generatedColumns");
        requireFits(expression, column, what, text, "generatedColumns");
        for (String source : expression.columns()) {
            Map<String, Object> metadata = schema.find(source).orElseThrow().metadata();
            if (metadata.containsKey(GENERATED) || metadata.containsKey(IDENTITY)) {
                throw wrong("generatedColumns", what, text, "it names " + source + ", which has no value of its own");
            }
        }
        return expression;
    }

    /// The value as one of the column.
    private static String cast(SparkExpression expression, Column column, String feature) {
        String value = expression.as(column.type(), feature).sql();
        return "CAST(" + value + " AS " + SqlType.logical(column.type()) + ")";
    }

    private void requireFits(SparkExpression value, Column column, String what, String text, String feature) {
        if (origin == Origin.REQUEST && !value.fits(column.type())) {
            throw wrong(feature, what, text, "its values are not of the type of the column; cast them");
        }
    }

    private SparkExpression constant(Column column, String text) {
        String what = "the default of " + column.name();
        return explained(
                what, text, () -> SparkExpression.constant(text, "allowColumnDefaults", now), "allowColumnDefaults");
    }

    private SparkExpression condition(String text, String feature, String what) {
        SparkExpression expression = explained(what, text, () -> SparkExpression.parse(text, schema, feature), feature);
        if (expression.type() != DataType.Primitive.BOOLEAN) {
            throw wrong(feature, what, text, "it is no condition");
        }
        for (String column : expression.columns()) {
            if (schema.find(column).orElseThrow().metadata().containsKey(IDENTITY)) {
                throw wrong(feature, what, text, "it names the identity column " + column);
            }
        }
        return expression;
    }

    private static Optional<String> invariant(Column column) {
        if (!(column.metadata().get(INVARIANTS) instanceof String json)) {
            return Optional.empty();
        }
        try {
            return JsonValues.parse(json) instanceof Map<?, ?> outer
                            && outer.get("expression") instanceof Map<?, ?> inner
                            && inner.get("expression") instanceof String text
                    ? Optional.of(text)
                    : Optional.of(json);
        } catch (JacksonException notJson) {
            return Optional.of(json);
        }
    }

    /// Rules of nested fields exist in the protocol for invariants only, and nothing writes them any more.
    private static void requirePlainFields(Column column) {
        if (column.type() instanceof DataType.Primitive || column.type() instanceof DataType.Decimal) {
            return;
        }
        nested(column.type()).forEach(field -> {
            for (Map.Entry<String, String> rule : Map.of(
                            INVARIANTS, "invariants",
                            GENERATED, "generatedColumns",
                            IDENTITY, "identityColumns",
                            DEFAULT, "allowColumnDefaults")
                    .entrySet()) {
                if (field.metadata().containsKey(rule.getKey())) {
                    throw new Failure.UnsupportedTableFeature(
                                    List.of(rule.getValue()),
                                    "the field " + field.name() + " of " + column.name() + " has a rule of its own")
                            .asException();
                }
            }
        });
    }

    private static List<Column> nested(DataType type) {
        var fields = new ArrayList<Column>();
        switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> {}
            case DataType.Array array -> fields.addAll(nested(array.element()));
            case DataType.Map map -> {
                fields.addAll(nested(map.key()));
                fields.addAll(nested(map.value()));
            }
            case DataType.Struct struct ->
                struct.fields().forEach(field -> {
                    fields.add(field);
                    fields.addAll(nested(field.type()));
                });
        }
        return fields;
    }

    private interface Reading {
        SparkExpression read();
    }

    private SparkExpression explained(String what, String text, Reading reading, String feature) {
        try {
            return reading.read();
        } catch (FailureException e) {
            switch (e.failure()) {
                case Failure.BadFilter(String problem) -> throw wrong(feature, what, text, problem);
                case Failure.UnsupportedTableFeature(List<String> _, String problem) ->
                    throw new Failure.UnsupportedTableFeature(List.of(feature), told(what, text, problem))
                            .asException();
                default -> throw e;
            }
        }
    }

    /// A text that is not what it should be.
    private FailureException wrong(String feature, String what, String text, String reason) {
        return switch (origin) {
            case TABLE -> new Failure.UnsupportedTableFeature(List.of(feature), told(what, text, reason)).asException();
            case REQUEST -> new Failure.InvalidSchema(told(what, text, reason)).asException();
        };
    }

    private static String told(String what, String text, String reason) {
        String shown = text.length() > 200 ? text.substring(0, 200) + "…" : text;
        return what + " is " + shown + ": " + reason;
    }
}
