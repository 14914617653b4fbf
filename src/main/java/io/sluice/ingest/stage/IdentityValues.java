package io.sluice.ingest.stage;

import io.sluice.compute.RowBatch;
import io.sluice.delta.IdentityColumn;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// Values of identity columns for the rows that did not bring one.
final class IdentityValues {

    private IdentityValues() {}

    /// How many values each identity column must hand out, by its place; none for columns that need none.
    static Map<Integer, Long> wanted(Schema schema, List<RowBatch> batches) {
        var wanted = new HashMap<Integer, Long>();
        for (IdentityColumn identity : IdentityColumn.of(schema)) {
            long count = batches.stream()
                    .mapToLong(batch -> batch.absent(identity.index()).cardinality())
                    .sum();
            if (count > 0) {
                wanted.put(identity.index(), count);
            }
        }
        return wanted;
    }

    /// The rows with the values that follow the marks of the schema.
    static List<RowBatch> filled(Schema schema, List<RowBatch> batches) {
        List<RowBatch> filled = batches;
        for (IdentityColumn identity : IdentityColumn.of(schema)) {
            filled = filled(identity, filled, identity.values(0));
        }
        return filled;
    }

    static List<RowBatch> filled(IdentityColumn identity, List<RowBatch> batches, LongSupplier values) {
        var filled = new ArrayList<RowBatch>(batches.size());
        batches.forEach(batch -> filled.add(batch.filled(identity.index(), values)));
        return filled;
    }
}
