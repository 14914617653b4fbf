package io.sluice.catalog;

import io.sluice.commit.CommitOutcome;
import io.sluice.commit.TableCommits;
import io.sluice.delta.TableSpec;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import io.sluice.table.SchemaJson;
import io.sluice.table.TableName;
import io.sluice.table.TypeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Turns the body of `POST /v1/tables` into a table: a new managed one, or a name for one that is there.
final class TableCreation {

    private static final String CONSTRAINT = "delta.constraints.";

    private final Catalog catalog;
    private final Storages storages;
    private final TableCommits commits;
    private final int maximumColumns;

    TableCreation(Catalog catalog, Storages storages, TableCommits commits, int maximumColumns) {
        this.catalog = catalog;
        this.storages = storages;
        this.commits = commits;
        this.maximumColumns = maximumColumns;
    }

    /// @throws io.sluice.table.FailureException `table-exists`, `invalid-schema`, `unsupported-table-feature`,
    ///     `bad-parameter`
    TableName create(CreateTable body) {
        if (body.convertFrom() != null) {
            throw new Failure.NotImplemented("convertFrom").asException();
        }
        TableName name = name(body.name());
        if (catalog.registrations().findNow(name).isPresent()) {
            throw new Failure.TableExists(name).asException();
        }
        String location = body.location();
        if (location == null) {
            createManaged(name, body);
        } else {
            register(name, location, body);
        }
        return name;
    }

    private static TableName name(@Nullable String name) {
        if (name == null) {
            throw new Failure.MalformedBody("The member name is missing: it is schema.table.").asException();
        }
        return TableName.parse(name);
    }

    private void createManaged(TableName name, CreateTable body) {
        List<CreateTable.NewColumn> columns = orEmpty(body.columns());
        requireSupported(body, columns);
        Schema schema = new Schema(columns.stream().map(TableCreation::column).toList());
        Map<String, String> properties = properties(body);
        List<String> partitionBy = orEmpty(body.partitionBy());
        SchemaRules rules = new SchemaRules(schema, properties, maximumColumns);
        List<List<String>> clustering = rules.check(partitionBy, orEmpty(body.clusterBy()));
        TableSpec spec =
                new TableSpec(schema, partitionBy, clustering, properties, Optional.ofNullable(body.comment()));
        switch (commits.create(name, catalog.managed(name), spec)) {
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> {}
            case CommitOutcome.Refused(Failure failure) -> throw failure.asException();
            case CommitOutcome.Unknown _ -> throw new Failure.OutcomeUnknown().asException();
        }
    }

    private void register(TableName name, String text, CreateTable body) {
        if (body.columns() != null
                || body.partitionBy() != null
                || body.clusterBy() != null
                || body.constraints() != null
                || body.properties() != null
                || body.comment() != null) {
            throw badLocation("the table there has its own columns and properties; say name and location only");
        }
        Location location = parse(text);
        if (!storages.isAllowed(location)) {
            throw badLocation("it lies neither below the root nor below an allowed location");
        }
        catalog.requireNoManaged(name);
        catalog.requireTable(location);
        catalog.registrations().add(name, location);
    }

    private Location parse(String text) {
        try {
            return Location.parse(text);
        } catch (IllegalArgumentException notOne) {
            throw badLocation("it must be a directory's path or URI");
        }
    }

    private static RuntimeException badLocation(String reason) {
        return new Failure.BadParameter("location", reason).asException();
    }

    /// Refuses by name what a writer of this table would have to obey and Sluice does not yet.
    private static void requireSupported(CreateTable body, List<CreateTable.NewColumn> columns) {
        List<String> features = new ArrayList<>();
        boolean constraints = !orEmpty(body.constraints()).isEmpty()
                || orEmpty(body.properties()).keySet().stream().anyMatch(key -> key.startsWith(CONSTRAINT));
        if (constraints) {
            features.add("checkConstraints");
        }
        if (any(columns, column -> column.defaultValue() != null)) {
            features.add("allowColumnDefaults");
        }
        if (any(columns, column -> column.generatedAs() != null)) {
            features.add("generatedColumns");
        }
        if (any(columns, column -> column.identity() != null)) {
            features.add("identityColumns");
        }
        if (!features.isEmpty()) {
            throw new Failure.UnsupportedTableFeature(features, "tables that use them cannot be created here")
                    .asException();
        }
    }

    private static boolean any(List<CreateTable.NewColumn> columns, Predicate<CreateTable.NewColumn> condition) {
        return columns.stream().anyMatch(condition);
    }

    private static Column column(CreateTable.NewColumn column) {
        String name = column.name();
        JsonNode type = column.type();
        if (name == null || type == null || type.isNull()) {
            throw new Failure.MalformedBody("Every column has a name and a type.").asException();
        }
        Map<String, Object> metadata = new LinkedHashMap<>();
        if (column.comment() != null) {
            metadata.put("comment", column.comment());
        }
        return new Column(name, type(type), !Boolean.FALSE.equals(column.nullable()), metadata);
    }

    private static DataType type(JsonNode type) {
        return type.isString()
                ? TypeText.parse(type.stringValue())
                : SchemaJson.type(JsonValues.parse(type.toString()));
    }

    private static Map<String, String> properties(CreateTable body) {
        Map<String, String> properties = new LinkedHashMap<>();
        orEmpty(body.properties()).forEach((key, value) -> {
            if (value == null) {
                throw new Failure.MalformedBody("The property " + key + " has no value.").asException();
            }
            properties.put(key, value);
        });
        return properties;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static <T> Map<String, T> orEmpty(@Nullable Map<String, T> map) {
        return map == null ? Map.of() : map;
    }
}
