package io.sluice.catalog.definition;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.JsonValues;
import io.sluice.table.SchemaJson;
import io.sluice.table.TypeText;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Columns as a request describes them, with the metadata by which the protocol knows their comment, default,
/// generation expression and identity.
public final class NewColumns {

    static final String COMMENT = "comment";
    static final String DEFAULT = "CURRENT_DEFAULT";
    static final String GENERATED_AS = "delta.generationExpression";
    static final String IDENTITY_START = "delta.identity.start";
    static final String IDENTITY_STEP = "delta.identity.step";
    static final String IDENTITY_EXPLICIT = "delta.identity.allowExplicitInsert";

    private NewColumns() {}

    /// @throws FailureException `malformed-body`, `invalid-schema`
    public static Column column(NewColumn column) {
        String name = column.name();
        JsonNode type = column.type();
        if (name == null || type == null || type.isNull()) {
            throw new Failure.MalformedBody("Every column has a name and a type.").asException();
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        put(metadata, COMMENT, column.comment());
        put(metadata, DEFAULT, column.defaultValue());
        put(metadata, GENERATED_AS, column.generatedAs());
        JsonNode identity = column.identity();
        if (identity != null && !identity.isNull()) {
            metadata.putAll(identity(name, identity));
        }
        return new Column(name, type(type), !Boolean.FALSE.equals(column.nullable()), metadata);
    }

    private static void put(Map<String, Object> metadata, String key, @Nullable String text) {
        if (text != null) {
            metadata.put(key, text);
        }
    }

    /// Delta protocol, "Identity Columns": `{always, start, step}`, 1 by 1 and always where it is not said.
    private static Map<String, Object> identity(String column, JsonNode identity) {
        for (String member : identity.propertyNames()) {
            if (!member.equals("always") && !member.equals("start") && !member.equals("step")) {
                throw malformed(column);
            }
        }
        JsonNode always = identity.path("always");
        if (!identity.isObject() || !always.isMissingNode() && !always.isBoolean()) {
            throw malformed(column);
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put(IDENTITY_START, whole(column, identity.path("start")));
        metadata.put(IDENTITY_STEP, whole(column, identity.path("step")));
        metadata.put(IDENTITY_EXPLICIT, always.isBoolean() && !always.booleanValue());
        if (metadata.get(IDENTITY_STEP).equals(0L)) {
            throw new Failure.InvalidSchema("the step of the identity column " + column + " is 0").asException();
        }
        return metadata;
    }

    private static long whole(String column, JsonNode number) {
        if (number.isMissingNode()) {
            return 1;
        }
        if (!number.isIntegralNumber() || !number.canConvertToLong()) {
            throw malformed(column);
        }
        return number.longValue();
    }

    private static FailureException malformed(String column) {
        return new Failure.MalformedBody("The identity of the column " + column
                        + " is an object of always (a boolean), start and step (whole numbers).")
                .asException();
    }

    /// A type by its name or in Delta's JSON.
    public static DataType type(JsonNode type) {
        return type.isString()
                ? TypeText.parse(type.stringValue())
                : SchemaJson.type(JsonValues.parse(type.toString()));
    }
}
