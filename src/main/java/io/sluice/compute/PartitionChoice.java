package io.sluice.compute;

import io.sluice.compute.scan.PartitionValue;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which partitions a filter on partition columns chooses. It is computed on their values: bounds of files tell of
/// comparisons only.
public final class PartitionChoice {

    private static final int AT_ONCE = 2_000;
    private static final Duration TIME = Duration.ofSeconds(60);

    private final DuckDb duckDb;

    public PartitionChoice(DuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /// @param filter that reads partition columns only
    /// @param partitions values by physical name, in the protocol's text form
    /// @return those for which the filter is true
    /// @throws io.sluice.table.FailureException `bad-filter` when it cannot be computed for one of them
    public Set<Map<String, @Nullable String>> of(
            Filter filter, Schema schema, List<Map<String, @Nullable String>> partitions) throws Exception {
        List<Column> columns = filter.columns().stream()
                .flatMap(name -> schema.find(name).stream())
                .toList();
        var time = new WorkTime(TIME);
        var chosen = new HashSet<Map<String, @Nullable String>>();
        for (int from = 0; from < partitions.size(); from += AT_ONCE) {
            List<Map<String, @Nullable String>> some =
                    partitions.subList(from, Math.min(partitions.size(), from + AT_ONCE));
            String sql = sql(filter, columns, some);
            try {
                duckDb.call(DuckDb.Purpose.QUERY, time, connection -> {
                    try (var statement = connection.createStatement();
                            var rows = statement.executeQuery(sql)) {
                        while (rows.next()) {
                            chosen.add(some.get(rows.getInt(1)));
                        }
                        return chosen.size();
                    }
                });
            } catch (SQLException e) {
                throw new Failure.BadFilter("it cannot be computed for some partition").asException(e);
            }
        }
        return chosen;
    }

    private static String sql(Filter filter, List<Column> columns, List<Map<String, @Nullable String>> partitions) {
        String values = columns.stream()
                .map(column -> ", unnest(" + constants(column, partitions) + ") AS " + Sql.identifier(column.name()))
                .collect(Collectors.joining());
        return "SELECT \"sluice$number\" FROM (SELECT unnest(range(" + partitions.size() + ")) AS \"sluice$number\""
                + values + ") WHERE " + filter.sql();
    }

    private static String constants(Column column, List<Map<String, @Nullable String>> partitions) {
        var texts = new ArrayList<@Nullable String>(partitions.size());
        partitions.forEach(values -> texts.add(values.get(column.physicalName())));
        return PartitionValue.constants(texts, column.type());
    }
}
