package io.sluice.compute;

import io.sluice.compute.column.JsonTexts;
import io.sluice.compute.parquet.ArrowBatches;
import io.sluice.compute.parquet.DataFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.duckdb.DuckDBConnection;

/// Writes rows as Parquet files with Delta statistics: zstd, timestamps as INT64 microseconds, physical names,
/// partition columns left out.
public final class ParquetWriter {

    private static final String ROWS = "sluice_rows";

    private final DuckDb duckDb;

    public ParquetWriter(DuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /// Writes batches of one schema into as few files as possible: one, or one for each partition.
    ///
    /// @param directory below the storage's staging directory; the files, or a directory with them, are made in it
    public List<WrittenFile> write(List<RowBatch> batches, FileLayout layout, Path directory) throws IOException {
        RowBatch rows = RowBatch.concat(batches);
        if (rows.rows() == 0) {
            return List.of();
        }
        try (var root = rows.toArrow(duckDb.allocator())) {
            var once = List.of(root).iterator();
            return write(
                    () -> once.hasNext() ? Optional.of(once.next()) : Optional.empty(),
                    duckDb.allocator(),
                    layout,
                    directory,
                    Extent.SMALL);
        }
    }

    /// A place for the rows of one large body.
    ///
    /// @param directory below the storage's staging directory, for the files
    /// @param maxBytes of Arrow memory
    public RowSpool spool(FileLayout layout, Path directory, long maxBytes) {
        return new RowSpool(this, duckDb.allocator(), layout, directory, maxBytes);
    }

    /// Writes Arrow batches of the schema [RowBatch#arrowSchema] until there are no more.
    List<WrittenFile> writeStream(
            ArrowBatches.Source batches, BufferAllocator allocator, FileLayout layout, Path directory)
            throws IOException {
        return write(batches, allocator, layout, directory, Extent.LARGE);
    }

    private enum Extent {
        SMALL,
        LARGE
    }

    private List<WrittenFile> write(
            ArrowBatches.Source batches, BufferAllocator allocator, FileLayout layout, Path directory, Extent extent)
            throws IOException {
        try {
            return duckDb.call(purpose(extent), connection -> {
                var schema = RowBatch.arrowSchema(layout.schema());
                try (var reader = new ArrowBatches(allocator, schema, batches);
                        var stream = ArrowArrayStream.allocateNew(allocator)) {
                    Data.exportArrayStream(allocator, reader, stream);
                    connection.registerArrowStream(ROWS, stream);
                    String rows = "(" + JsonTexts.decoded(DuckDb.identifier(ROWS), schema.getFields()) + ")";
                    return copy(connection, rows, layout, directory, extent);
                }
            });
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("the data file was not written", e);
        }
    }

    private static DuckDb.Purpose purpose(Extent extent) {
        return switch (extent) {
            case SMALL -> DuckDb.Purpose.SMALL_INGEST;
            case LARGE -> DuckDb.Purpose.INGEST;
        };
    }

    private static List<WrittenFile> copy(
            DuckDBConnection connection, String rows, FileLayout layout, Path directory, Extent extent)
            throws SQLException, IOException {
        var files = new DataFiles(connection, layout, directory);
        return extent == Extent.SMALL ? files.few(rows) : files.many(rows);
    }

    /// Writes a relation of the connection whose columns have physical names, into files of the target size.
    ///
    /// @param relation quoted name of the relation
    public static List<WrittenFile> writeRelation(
            DuckDBConnection connection, String relation, FileLayout layout, Path directory)
            throws SQLException, IOException {
        return new DataFiles(connection, layout, directory).many(relation);
    }
}
