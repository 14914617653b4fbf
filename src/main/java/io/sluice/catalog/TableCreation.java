package io.sluice.catalog;

import io.sluice.api.Requester;
import io.sluice.catalog.convert.Conversion;
import io.sluice.catalog.definition.ConstraintName;
import io.sluice.catalog.definition.NewColumn;
import io.sluice.catalog.definition.NewColumns;
import io.sluice.catalog.definition.SchemaRules;
import io.sluice.catalog.definition.TableRules;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.TableCommits;
import io.sluice.delta.TableSpec;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Turns the body of `POST /v1/tables` into a table: a new managed one, or a name for one that is there.
final class TableCreation {

    private static final String CONSTRAINT = "delta.constraints.";

    private final Catalog catalog;
    private final Storages storages;
    private final TableCommits commits;
    private final TableRules rules;
    private final Conversion conversion;
    private final int maximumColumns;

    TableCreation(
            Catalog catalog,
            Storages storages,
            TableCommits commits,
            TableRules rules,
            Conversion conversion,
            int maximumColumns) {
        this.conversion = conversion;
        this.catalog = catalog;
        this.storages = storages;
        this.commits = commits;
        this.rules = rules;
        this.maximumColumns = maximumColumns;
    }

    /// @throws io.sluice.table.FailureException `table-exists`, `invalid-schema`, `unsupported-table-feature`,
    ///     `bad-parameter`
    TableName create(CreateTable body) {
        TableName name = name(body.name());
        Optional<Location> registered = catalog.registrations().findNow(name);
        String location = body.location();
        if (body.convertFrom() != null) {
            convert(name, registered, location, body);
        } else if (registered.isPresent()) {
            throw new Failure.TableExists(name).asException();
        } else if (location == null) {
            createManaged(name, body);
        } else {
            register(name, location, body);
        }
        return name;
    }

    /// The name of the table to be.
    ///
    /// @throws io.sluice.table.FailureException `malformed-body`, `bad-parameter`
    static TableName name(@Nullable String name) {
        if (name == null) {
            throw new Failure.MalformedBody("The member name is missing: it is schema.table.").asException();
        }
        return TableName.parse(name);
    }

    private void createManaged(TableName name, CreateTable body) {
        List<NewColumn> columns = orEmpty(body.columns());
        Schema schema = new Schema(columns.stream().map(NewColumns::column).toList());
        Map<String, String> properties = properties(body);
        List<String> partitionBy = orEmpty(body.partitionBy()).stream()
                .map(PartitionColumn::untyped)
                .toList();
        var names = new SchemaRules(schema, properties, maximumColumns);
        List<List<String>> clustering = names.check(partitionBy, orEmpty(body.clusterBy()));
        rules.check(schema, properties, partitionBy);
        TableSpec spec =
                new TableSpec(schema, partitionBy, clustering, properties, Optional.ofNullable(body.comment()));
        commit(name, catalog.managed(name), spec);
    }

    private void commit(TableName name, Location location, TableSpec spec) {
        switch (commits.create(name, location, spec, Requester.current())) {
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> {}
            case CommitOutcome.Refused(Failure failure) -> throw failure.asException();
            case CommitOutcome.Unknown _ -> throw new Failure.OutcomeUnknown().asException();
        }
    }

    /// The name is registered before the log is written: a request that died in between can be sent again.
    private void convert(TableName name, Optional<Location> registered, @Nullable String text, CreateTable body) {
        if (!"parquet".equals(body.convertFrom())) {
            throw new Failure.BadParameter("convertFrom", "it is parquet").asException();
        }
        if (text == null) {
            throw badLocation("it says where the Parquet files lie");
        }
        if (body.columns() != null || body.clusterBy() != null || body.constraints() != null) {
            throw new Failure.MalformedBody(
                            "A table that is converted has the columns of its files: say name, location,"
                                    + " convertFrom and where needed partitionBy, properties and comment.")
                    .asException();
        }
        Location location = allowed(text);
        if (registered.filter(other -> !other.equals(location)).isPresent()) {
            throw new Failure.TableExists(name).asException();
        }
        catalog.requireNoManaged(name);
        catalog.requireNoLog(name, location);
        List<Column> partitionBy = orEmpty(body.partitionBy()).stream()
                .map(PartitionColumn::column)
                .toList();
        TableSpec spec = conversion.of(
                location, partitionBy, properties(body), Optional.ofNullable(body.comment()), maximumColumns);
        if (!location.equals(catalog.managed(name))) {
            catalog.registrations().add(name, location);
        }
        commit(name, location, spec);
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
        Location location = allowed(text);
        catalog.requireNoManaged(name);
        catalog.requireTable(location);
        catalog.registrations().add(name, location);
    }

    private Location allowed(String text) {
        Location location = parse(text);
        if (!storages.isAllowed(location)) {
            throw badLocation("it lies neither below the root nor below an allowed location");
        }
        return location;
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

    private static Map<String, String> properties(CreateTable body) {
        Map<String, String> properties = new LinkedHashMap<>();
        orEmpty(body.properties()).forEach((key, value) -> {
            if (value == null) {
                throw new Failure.MalformedBody("The property " + key + " has no value.").asException();
            }
            if (key.regionMatches(true, 0, CONSTRAINT, 0, CONSTRAINT.length())) {
                throw new Failure.InvalidSchema("constraints are given in the member constraints, not as " + key)
                        .asException();
            }
            properties.put(key, value);
        });
        orEmpty(body.constraints()).forEach((name, expression) -> {
            if (expression == null) {
                throw new Failure.MalformedBody("The constraint " + name + " has no expression.").asException();
            }
            String key = CONSTRAINT + ConstraintName.checked(name);
            if (properties.putIfAbsent(key, expression) != null) {
                throw new Failure.InvalidSchema("the constraint " + name + " is there twice").asException();
            }
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
