package io.sluice.compute.decode;

import io.sluice.compute.RowBatch;
import io.sluice.table.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/// Values that a statement computed for rows, read under the same rules as those of a body.
///
/// @param rows the rows whose values may be written, in order
/// @param bad the places, among all rows, of those that are left out
/// @param faults what is wrong with each of `bad`
public record ComputedRows(RowBatch rows, BitSet bad, List<Fault> faults) {

    /// @param row place among all rows, from 0
    public record Fault(int row, String column, String reason) {}

    private static final DecodeLimits NO_LIMITS = new DecodeLimits(
            Long.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Long.MAX_VALUE);

    /// @param reader batches with the columns of the schema
    /// @param partitionColumns logical names
    public static ComputedRows read(
            ArrowReader reader, BufferAllocator allocator, Schema schema, List<String> partitionColumns)
            throws IOException {
        var batches = new ArrayList<RowBatch>();
        var bad = new BitSet();
        var faults = new ArrayList<Fault>();
        var shape = new RowShape(schema, partitionColumns, Map.of());
        new ArrowRows(shape, allocator, NO_LIMITS, Payload.DROP).read(VectorBatches.of(reader), new RowSink() {
            @Override
            public void rows(RowBatch batch) {
                batches.add(batch);
            }

            @Override
            public void bad(long row, String column, String reason, String payload) {
                bad.set((int) row);
                faults.add(new Fault((int) row, column, reason));
            }
        });
        RowBatch rows = batches.isEmpty() ? new RowBatch(schema, List.of()) : RowBatch.concat(batches);
        return new ComputedRows(rows, bad, faults);
    }
}
