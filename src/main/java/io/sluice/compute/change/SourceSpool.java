package io.sluice.compute.change;

import io.sluice.compute.FileLayout;
import io.sluice.compute.ParquetWriter;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowSpool;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.change.BatchRows.Absence;
import io.sluice.compute.column.BooleanCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.LongCells;
import io.sluice.compute.parquet.StatisticsPlan;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the rows of a body for a merge as they come. Beyond a few megabytes they go into files of the staging
/// directory, so that memory does not grow with the body; the files go when this is closed.
public final class SourceSpool implements AutoCloseable {

    /// The place of a row in the body.
    static final String NUMBER = "sluice$number";

    private static final Logger LOG = LoggerFactory.getLogger(SourceSpool.class);
    private static final long KEPT_BYTES = 16L << 20;
    private static final long FILE_BYTES = 1L << 30;

    private final ParquetWriter writer;
    private final Schema schema;
    private final Path directory;
    private final long maxBytes;
    private final long[] absent;
    private final List<RowBatch> kept = new ArrayList<>();
    private Optional<RowSpool> spool = Optional.empty();
    private long keptBytes;
    private long rows;

    /// @param schema of the rows
    /// @param directory that is not there yet, below the storage's staging directory
    /// @param maxBytes of Arrow memory
    public SourceSpool(ParquetWriter writer, Schema schema, Path directory, long maxBytes) {
        this.writer = writer;
        this.schema = schema;
        this.directory = directory;
        this.maxBytes = maxBytes;
        this.absent = new long[schema.columns().size()];
    }

    /// May block until earlier rows are written.
    ///
    /// @throws io.sluice.table.FailureException `overloaded`, `out-of-space`
    /// @throws IOException when earlier rows could not be written
    public void add(RowBatch batch) throws IOException {
        for (int column = 0; column < absent.length; column++) {
            absent[column] += batch.absent(column).cardinality();
        }
        if (spool.isPresent()) {
            spool(spool.get(), batch);
            return;
        }
        kept.add(batch);
        keptBytes += batch.bytes();
        if (keptBytes > KEPT_BYTES) {
            Files.createDirectories(directory);
            RowSpool opened = writer.spool(layout(), directory, maxBytes);
            spool = Optional.of(opened);
            for (RowBatch each : kept) {
                spool(opened, each);
            }
            kept.clear();
        }
    }

    private void spool(RowSpool opened, RowBatch batch) throws IOException {
        var columns = new ArrayList<Cells>(batch.columns());
        var numbers = new LongCells();
        for (int row = 0; row < batch.rows(); row++) {
            numbers.append(rows++);
        }
        columns.add(numbers);
        for (int column = 0; column < absent.length; column++) {
            var flags = new BooleanCells();
            BitSet without = batch.absent(column);
            for (int row = 0; row < batch.rows(); row++) {
                flags.append(without.get(row));
            }
            columns.add(flags);
        }
        opened.add(new RowBatch(spooled(), columns));
    }

    private Schema spooled() {
        var columns = new ArrayList<>(schema.columns());
        columns.add(new Column(NUMBER, DataType.Primitive.LONG));
        for (int column = 0; column < absent.length; column++) {
            columns.add(new Column(RowSource.absence(column), DataType.Primitive.BOOLEAN));
        }
        return new Schema(columns);
    }

    private FileLayout layout() {
        Schema columns = spooled();
        return new FileLayout(
                columns,
                List.of(),
                FileLayout.FieldIds.NONE,
                FILE_BYTES,
                StatisticsPlan.of(columns, List.of(), Map.of("delta.dataSkippingNumIndexedCols", "0"), List.of()));
    }

    /// Ends the body.
    ///
    /// @return its rows, which files of this hold until it is closed
    /// @throws IOException as of [#add]
    public BatchRows finish() throws IOException {
        if (spool.isEmpty()) {
            return new BatchRows.Kept(kept);
        }
        return new BatchRows.Spooled(
                spool.get().finish().stream().map(WrittenFile::staged).toList(),
                rows,
                IntStream.range(0, absent.length)
                        .mapToObj(column -> Absence.of(absent[column], rows))
                        .toList());
    }

    @Override
    public void close() {
        spool.ifPresent(RowSpool::close);
        try {
            RowChanges.delete(directory);
        } catch (IOException e) {
            LOG.info("{} is left in the staging directory", directory, e);
        }
    }
}
