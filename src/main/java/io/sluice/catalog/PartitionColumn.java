package io.sluice.catalog;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.sluice.catalog.definition.NewColumns;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// An element of `partitionBy`: the name of a column, or where no column says its type `{name, type}`.
record PartitionColumn(@Nullable String name, @Nullable JsonNode type) {

    @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
    PartitionColumn(@JsonProperty("name") @Nullable String name, @JsonProperty("type") @Nullable JsonNode type) {
        this.name = name;
        this.type = type;
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static PartitionColumn named(String name) {
        return new PartitionColumn(name, null);
    }

    /// The name of a column that is declared elsewhere.
    ///
    /// @throws io.sluice.table.FailureException `malformed-body`
    String untyped() {
        if (name == null || type != null) {
            throw new Failure.MalformedBody("The elements of partitionBy are names of columns.").asException();
        }
        return name;
    }

    /// A column that only directories tell of; a string where nothing else is said.
    ///
    /// @throws io.sluice.table.FailureException `malformed-body`, `invalid-schema`
    Column column() {
        if (name == null) {
            throw new Failure.MalformedBody("The elements of partitionBy are {name, type}, or names of string columns.")
                    .asException();
        }
        return new Column(name, type == null || type.isNull() ? DataType.Primitive.STRING : NewColumns.type(type));
    }
}
