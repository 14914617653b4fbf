package io.sluice.ingest.overwrite;

import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowScope;
import io.sluice.table.JsonValues;
import io.sluice.table.Schema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which rows a batch takes the place of.
public sealed interface Replacement {

    /// All rows of the table.
    record Everything() implements Replacement {}

    /// Rows for which a condition is true; the batch has no others.
    record Where(String condition, FilterLimits limits) implements Replacement {
        RowExpression over(Schema schema) {
            return RowExpression.condition(condition, new RowScope.Table(schema), limits);
        }
    }

    /// All rows of the partitions that the batch has rows for.
    record Partitions() implements Replacement {}

    /// As Spark tells of it in history.
    default Map<String, Object> parameters(List<String> partitionColumns) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("mode", "Overwrite");
        parameters.put("partitionBy", JsonValues.write(partitionColumns));
        switch (this) {
            case Everything _ -> {}
            case Where where -> parameters.put("predicate", JsonValues.write(List.of(where.condition())));
            case Partitions _ -> parameters.put("isDynamicPartitionOverwrite", "true");
        }
        return parameters;
    }
}
