package io.sluice.catalog.definition;

import io.sluice.delta.feed.FeedColumns;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a new table's columns must satisfy so that every Delta reader takes them.
///
/// Names without column mapping are those of Parquet columns and of partition directories, hence the characters that
/// they may not have (Delta protocol, "Column Mapping", lifts that).
public final class SchemaRules {

    private static final String MAPPING_MODE = "delta.columnMapping.mode";
    private static final String FORBIDDEN = " ,;{}()\n\t=";
    private static final int CLUSTERING_COLUMNS = 4;
    /// What statements over a table's rows call their own columns.
    private static final String OWN_PREFIX = "sluice$";

    private final Schema schema;
    private final boolean mapped;
    private final boolean hasChangeFeed;
    private final int maximumColumns;

    public SchemaRules(Schema schema, Map<String, String> properties, int maximumColumns) {
        this.schema = schema;
        this.mapped = Set.of("name", "id")
                .contains(properties.getOrDefault(MAPPING_MODE, "none").toLowerCase(Locale.ROOT));
        this.hasChangeFeed = "true".equalsIgnoreCase(properties.getOrDefault("delta.enableChangeDataFeed", "false"));
        this.maximumColumns = maximumColumns;
    }

    /// @return the clustering columns as paths, `a` or `s.x`
    /// @throws FailureException `invalid-schema`, `too-large`
    public List<List<String>> check(List<String> partitionBy, List<String> clusterBy) {
        if (schema.columns().isEmpty()) {
            throw invalid("a table has at least one column");
        }
        int columns = count(schema.asStruct());
        if (columns > maximumColumns) {
            throw new Failure.TooLarge("sluice.limits.columns", maximumColumns, "columns").asException();
        }
        checkNames(schema.asStruct(), "");
        checkReservedNames();
        checkPartitioning(partitionBy);
        return clustering(partitionBy, clusterBy);
    }

    private static int count(DataType type) {
        return switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> 0;
            case DataType.Array array -> count(array.element());
            case DataType.Map map -> count(map.key()) + count(map.value());
            case DataType.Struct struct ->
                struct.fields().stream()
                        .mapToInt(field -> 1 + count(field.type()))
                        .sum();
        };
    }

    private void checkNames(DataType type, String path) {
        switch (type) {
            case DataType.Primitive primitive -> {
                if (primitive == DataType.Primitive.VOID) {
                    throw invalid("the column " + path + " has the type void, which no data file can hold");
                }
            }
            case DataType.Decimal _ -> {}
            case DataType.Array array -> checkNames(array.element(), path + ".element");
            case DataType.Map map -> {
                checkNames(map.key(), path + ".key");
                checkNames(map.value(), path + ".value");
            }
            case DataType.Struct struct -> checkFields(struct.fields(), path);
        }
    }

    private void checkFields(List<Column> fields, String path) {
        if (fields.isEmpty()) {
            throw invalid("the struct " + path + " has no fields");
        }
        Set<String> seen = new HashSet<>();
        for (Column field : fields) {
            String full = path.isEmpty() ? field.name() : path + "." + field.name();
            if (field.name().isBlank()) {
                throw invalid("a column" + (path.isEmpty() ? "" : " in " + path) + " has an empty name");
            }
            if (!mapped && field.name().chars().anyMatch(character -> FORBIDDEN.indexOf(character) >= 0)) {
                throw invalid(
                        "the name of the column '" + full + "' has a blank, a tab, a line end or one of ,;{}()= in it;"
                                + " that needs the property " + MAPPING_MODE + " = name");
            }
            if (!seen.add(field.name().toLowerCase(Locale.ROOT))) {
                throw invalid("the column " + full + " is there twice (upper and lower case are the same)");
            }
            checkNames(field.type(), full);
        }
    }

    private void checkReservedNames() {
        for (Column column : schema.columns()) {
            String name = column.name();
            if (name.regionMatches(true, 0, OWN_PREFIX, 0, OWN_PREFIX.length())) {
                throw invalid("the name of the column '" + name + "' begins with " + OWN_PREFIX
                        + ", as columns of the service's own do");
            }
            if (hasChangeFeed && FeedColumns.names().stream().anyMatch(name::equalsIgnoreCase)) {
                throw invalid("the column " + name + " has a name of the change feed's, which the table is to keep");
            }
        }
    }

    private void checkPartitioning(List<String> partitionBy) {
        checkDistinct("partitionBy", partitionBy);
        for (String name : partitionBy) {
            Column column = topLevel("partitionBy", name);
            if (!canPartition(column.type())) {
                throw invalid("partitionBy names " + name + ", whose type cannot be a partition's");
            }
        }
        if (!partitionBy.isEmpty() && partitionBy.size() == schema.columns().size()) {
            throw invalid("partitionBy names all columns; at least one must be left for the data files");
        }
    }

    private List<List<String>> clustering(List<String> partitionBy, List<String> clusterBy) {
        if (clusterBy.isEmpty()) {
            return List.of();
        }
        if (!partitionBy.isEmpty()) {
            throw invalid("a table has either partitionBy or clusterBy");
        }
        if (clusterBy.size() > CLUSTERING_COLUMNS) {
            throw invalid("clusterBy names more than " + CLUSTERING_COLUMNS + " columns");
        }
        checkDistinct("clusterBy", clusterBy);
        return clusterBy.stream().map(this::clusteringPath).toList();
    }

    /// A name with a dot is a top-level column's if there is one, else the path to a nested column.
    private List<String> clusteringPath(String name) {
        List<String> path = schema.find(name).isPresent() ? List.of(name) : List.of(name.split("\\.", -1));
        DataType type = schema.asStruct();
        for (String step : path) {
            type = (type instanceof DataType.Struct struct
                            ? new Schema(struct.fields()).find(step)
                            : Optional.<Column>empty())
                    .map(Column::type)
                    .orElseThrow(() -> invalid("clusterBy names " + name + ", which is no column of the table"));
        }
        if (!hasBounds(type)) {
            throw invalid("clusterBy names " + name + ", whose type has no order that files could be skipped by");
        }
        return path;
    }

    private Column topLevel(String member, String name) {
        Optional<Column> column = schema.find(name);
        return column.orElseThrow(
                () -> invalid(member + " names " + name + ", which is no top-level column of the table"));
    }

    private static void checkDistinct(String member, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw invalid(member + " names " + name + " twice");
            }
        }
    }

    private static boolean canPartition(DataType type) {
        return switch (type) {
            case DataType.Decimal _ -> true;
            case DataType.Primitive primitive ->
                primitive != DataType.Primitive.VARIANT && primitive != DataType.Primitive.BINARY;
            case DataType.Array _, DataType.Map _, DataType.Struct _ -> false;
        };
    }

    private static boolean hasBounds(DataType type) {
        return canPartition(type) && type != DataType.Primitive.BOOLEAN;
    }

    private static FailureException invalid(String reason) {
        return new Failure.InvalidSchema(reason).asException();
    }
}
