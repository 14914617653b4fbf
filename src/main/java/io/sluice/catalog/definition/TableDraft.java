package io.sluice.catalog.definition;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableUpgrade;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import io.sluice.table.SoftDeleteColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A table's definition while changes are made to it, one after the other.
final class TableDraft {

    /// Who uses a column that the table is partitioned by.
    static final String PARTITIONING = "the partitioning";

    private static final String MODE = "delta.columnMapping.mode";
    private static final String MAX_ID = "delta.columnMapping.maxColumnId";

    private final TableSnapshot snapshot;
    private final TableUpgrade upgrade;
    private Schema schema;
    private Optional<String> comment;
    private final Map<String, String> configuration;
    private final Set<String> features = new LinkedHashSet<>();
    private Optional<List<List<String>>> clusterBy = Optional.empty();
    private List<String> partitionColumns;
    private final List<Demand> demands = new ArrayList<>();

    /// What the rows that are there must satisfy.
    sealed interface Demand {

        /// @param path of logical names
        record NotNull(List<String> path) implements Demand {}

        record Constraint(String name) implements Demand {}
    }

    TableDraft(TableSnapshot snapshot, TableUpgrade upgrade) {
        this.snapshot = snapshot;
        this.upgrade = upgrade;
        this.schema = snapshot.schema();
        this.comment = snapshot.metadata().description();
        this.configuration = new LinkedHashMap<>(snapshot.metadata().configuration());
        this.partitionColumns = snapshot.metadata().partitionColumns();
    }

    TableSnapshot snapshot() {
        return snapshot;
    }

    Schema schema() {
        return schema;
    }

    Map<String, String> configuration() {
        return configuration;
    }

    List<String> partitionColumns() {
        return partitionColumns;
    }

    List<Demand> demands() {
        return demands;
    }

    void demand(Demand demand) {
        demands.add(demand);
    }

    /// What a later change of the same request takes back need not be satisfied.
    void withdraw(Demand demand) {
        demands.removeIf(demand::equals);
    }

    void comment(Optional<String> text) {
        comment = text;
    }

    void feature(String feature) {
        features.add(feature);
    }

    void clusterBy(List<List<String>> columns) {
        clusterBy = Optional.of(columns);
    }

    void schema(Schema changed) {
        schema = changed;
    }

    void column(List<String> path, UnaryOperator<Column> change) {
        schema = SchemaEdit.replaced(schema, path, change);
    }

    boolean isMapped() {
        return !configuration.getOrDefault(MODE, "none").equals("none");
    }

    /// Column mapping by name, where the table has none yet (Delta protocol, "Column Mapping").
    void map() {
        if (!isMapped()) {
            TableUpgrade.Mapped mapped = TableUpgrade.map(schema);
            schema = mapped.schema();
            configuration.put(MODE, "name");
            configuration.put(MAX_ID, Integer.toString(mapped.maxId()));
        }
    }

    /// Gives ids and physical names to columns that were added to a mapped table: an older column may have had the
    /// name, and its values are in the files.
    void complete() {
        if (isMapped()) {
            TableUpgrade.Mapped mapped = upgrade.complete(schema, maxId());
            schema = mapped.schema();
            configuration.put(MAX_ID, Integer.toString(mapped.maxId()));
        }
    }

    private int maxId() {
        try {
            return Integer.parseInt(configuration.getOrDefault(MAX_ID, ""));
        } catch (NumberFormatException e) {
            throw new Failure.TableCorrupt("delta.columnMapping.maxColumnId is no number").asException(e);
        }
    }

    /// Names of columns that are not in the schema itself.
    void renamed(List<String> path, String to) {
        demands.replaceAll(demand -> demand instanceof Demand.NotNull(List<String> column) && isWithin(column, path)
                ? new Demand.NotNull(Stream.of(
                                path.subList(0, path.size() - 1),
                                List.of(to),
                                column.subList(path.size(), column.size()))
                        .flatMap(List::stream)
                        .toList())
                : demand);
        if (isTopLevel(path)) {
            renamed(path.getFirst(), to);
        }
    }

    /// What was to be demanded of a column that goes.
    void dropped(List<String> path) {
        demands.removeIf(demand -> demand instanceof Demand.NotNull(List<String> column) && isWithin(column, path));
    }

    private static boolean isWithin(List<String> column, List<String> path) {
        return column.size() >= path.size() && column.subList(0, path.size()).equals(path);
    }

    private void renamed(String from, String to) {
        partitionColumns = partitionColumns.stream()
                .map(name -> name.equalsIgnoreCase(from) ? to : name)
                .toList();
        configuration.computeIfPresent(SoftDeleteColumn.PROPERTY, (_, name) -> name.equalsIgnoreCase(from) ? to : name);
    }

    Map<String, String> rowTrackingColumns() {
        return upgrade.rowTrackingColumns();
    }

    /// The actions that make the table what the draft is; none when it is that already.
    List<Action> actions() {
        complete();
        Action.Metadata before = snapshot.metadata();
        var metadata = new Action.Metadata(
                before.id(),
                before.name(),
                comment,
                schema,
                partitionColumns,
                Map.copyOf(configuration).equals(before.configuration()) ? before.configuration() : configuration,
                before.createdTime());
        Set<String> needed = new LinkedHashSet<>(features);
        if (clusterBy.isPresent()) {
            needed.add("clustering");
            needed.add("domainMetadata");
        }
        Action.Protocol protocol = TableUpgrade.protocol(snapshot.protocol(), schema, configuration, needed);
        var actions = new ArrayList<Action>();
        if (!protocol.equals(snapshot.protocol())) {
            actions.add(protocol);
        }
        if (!metadata.equals(before)) {
            actions.add(metadata);
        }
        clusterBy.map(columns -> TableUpgrade.clustering(schema, columns)).ifPresent(actions::add);
        return actions;
    }

    /// Whether a path leads to a column of the table itself.
    static boolean isTopLevel(List<String> path) {
        return path.size() == 1;
    }

    /// Whether a column or a field in it has an expression that names the column, or a constraint does.
    ///
    /// By words, since an expression may be one that is not read here.
    Optional<String> user(List<String> path) {
        for (Map.Entry<String, String> property : configuration.entrySet()) {
            if (property.getKey().regionMatches(true, 0, "delta.constraints.", 0, 18)
                    && names(property.getValue(), path)) {
                return Optional.of("the constraint " + property.getKey().substring(18));
            }
        }
        for (Column column : schema.columns()) {
            if (column.metadata().get(NewColumns.GENERATED_AS) instanceof String text
                    && !column.name().equals(path.getFirst())
                    && names(text, path)) {
                return Optional.of("the generated column " + column.name());
            }
        }
        if (isTopLevel(path) && partitionColumns.stream().anyMatch(path.getFirst()::equalsIgnoreCase)) {
            return Optional.of(PARTITIONING);
        }
        String statistics = configuration.getOrDefault("delta.dataSkippingStatsColumns", "");
        return names(statistics, path) ? Optional.of("the property delta.dataSkippingStatsColumns") : Optional.empty();
    }

    private static boolean names(String text, List<String> path) {
        return path.stream().allMatch(step -> {
            boolean plain = step.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_');
            return plain
                    ? List.of(text.toLowerCase(java.util.Locale.ROOT).split("[^\\p{L}\\p{N}_]+"))
                            .contains(step.toLowerCase(java.util.Locale.ROOT))
                    : text.contains(step);
        });
    }

    /// Whether the table is clustered by the column or by a field in it.
    boolean isClusteredBy(List<String> path, List<List<String>> clustering) {
        List<List<String>> columns = clusterBy.orElse(clustering);
        return columns.stream().anyMatch(column -> isWithin(column, path));
    }

    static boolean isFilled(Column column) {
        return column.metadata().containsKey(NewColumns.GENERATED_AS)
                || column.metadata().containsKey(NewColumns.IDENTITY_START);
    }

    static boolean isNested(DataType type) {
        return !(type instanceof DataType.Primitive) && !(type instanceof DataType.Decimal);
    }
}
