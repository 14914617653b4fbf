package io.sluice.compute.change;

import io.sluice.compute.DuckDb;
import io.sluice.compute.FileLayout;
import io.sluice.compute.Scan;
import io.sluice.compute.ScanFaults;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.change.Target.FileFacts;
import io.sluice.compute.scan.FieldNames;
import io.sluice.compute.scan.Footers;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;

/// Writes the rows of files again, unchanged, into files of the target size.
public final class FileRewriting {

    private static final int MEASURED_ROWS = 10_000;
    private static final int FIXED_BYTES = 8;
    private static final int MOST_PIECES = 256;

    /// 2.3 times its memory DuckDB sorts surely, 23 times not.
    private static final int SORTED_TIMES_MEMORY = 3;

    private final DuckDb duckDb;
    private final ScanFaults faults;
    private final Footers footers = new Footers();

    public FileRewriting(DuckDb duckDb) {
        this.duckDb = duckDb;
        this.faults = new ScanFaults(duckDb);
    }

    /// @param scan files of one partition; its partition columns are not written
    /// @param making whose layout has no partition columns
    /// @throws io.sluice.table.FailureException `table-corrupt`, `query-timeout`, `overloaded`
    /// @throws java.nio.file.NoSuchFileException when a data file is gone
    public List<WrittenFile> rewrite(Scan scan, FileFacts facts, Arrangement arrangement, Making making)
            throws Exception {
        Files.createDirectories(making.directory());
        return duckDb.call(DuckDb.Purpose.MAINTENANCE, making.time(), connection -> {
            try (BufferAllocator allocator = duckDb.allocator().newChildAllocator("rewrite", 0, Long.MAX_VALUE)) {
                var statements = new Statements(connection, allocator, footers);
                var relation = new ScanRelation(statements.prepared(scan), making.rowIds(), facts);
                relation.open(statements);
                long count =
                        statements.numbers("SELECT count(*) FROM (" + relation.select(relation.columns()) + ")")[0];
                var written = new ArrayList<WrittenFile>();
                for (String rows : inOrder(relation, count, arrangement, statements)) {
                    written.addAll(statements.writeMany(
                            "(" + physical(rows, making, ids(making)) + ")", layout(making), making.directory()));
                }
                requireAll(count, written);
                return written;
            } catch (SQLException e) {
                throw faults.explain(scan, e, new Failure.Internal());
            }
        });
    }

    /// The statistics of all rows of a scan, as if they were one file.
    ///
    /// @param making whose directory takes a copy of the rows, which the caller deletes
    /// @return their JSON text; empty for no rows
    /// @throws io.sluice.table.FailureException as above
    public Optional<String> statistics(Scan scan, Making making) throws Exception {
        Files.createDirectories(making.directory());
        return duckDb.call(DuckDb.Purpose.MAINTENANCE, making.time(), connection -> {
            try (BufferAllocator allocator = duckDb.allocator().newChildAllocator("statistics", 0, Long.MAX_VALUE)) {
                var statements = new Statements(connection, allocator, footers);
                var relation = new ScanRelation(
                        statements.prepared(scan),
                        Optional.empty(),
                        new FileFacts(new long[] {-1}, new long[] {-1}, new long[] {-1}));
                relation.open(statements);
                return statements
                        .writeFew(
                                "(" + physical(relation.select(relation.columns()), making, "") + ")",
                                making.layout(),
                                making.directory())
                        .stream()
                        .map(WrittenFile::statsJson)
                        .findFirst();
            } catch (SQLException e) {
                throw faults.explain(scan, e, new Failure.Internal());
            }
        });
    }

    /// The files that were read go when the new ones come: none is committed that does not hold all their rows.
    private static void requireAll(long count, List<WrittenFile> written) {
        long rows = written.stream().mapToLong(WrittenFile::rows).sum();
        if (rows != count) {
            throw new IllegalStateException(rows + " rows were written of " + count);
        }
    }

    /// The rows as statements that follow each other, none of which sorts more than fits.
    private List<String> inOrder(ScanRelation relation, long count, Arrangement arrangement, Statements statements)
            throws SQLException, IOException {
        String asTheyLie = relation.select(relation.columns());
        return switch (arrangement) {
            case Arrangement.AsTheyLie _ -> List.of(asTheyLie);
            case Arrangement.Along along ->
                new CurveSql(statements)
                        .order(asTheyLie, count, along, relation.columns(), pieces(relation, count, statements));
        };
    }

    /// DuckDB merges all that it has sorted at once, and needs the more memory for that the more it is.
    private int pieces(ScanRelation relation, long count, Statements statements) throws SQLException {
        String rows = "(" + relation.select(relation.columns()) + ")";
        String width = relation.columns().stream().map(FileRewriting::width).collect(Collectors.joining(" + "));
        double bytes = statements
                .list(
                        "SELECT coalesce(avg(" + width + "), 0) FROM (FROM " + rows + " LIMIT " + MEASURED_ROWS + ")",
                        row -> row.getDouble(1))
                .getFirst();
        return Math.clamp(
                (long) Math.ceil(count * bytes / (SORTED_TIMES_MEMORY * duckDb.rewriteBytes())), 1, MOST_PIECES);
    }

    /// About, in bytes.
    private static String width(Column column) {
        String name = Sql.identifier(column.name());
        return switch (column.type()) {
            case Primitive.STRING -> "coalesce(strlen(" + name + "), 0) + " + FIXED_BYTES;
            case Primitive.BINARY -> "coalesce(octet_length(" + name + "), 0) + " + FIXED_BYTES;
            case Primitive _, DataType.Decimal _ -> Integer.toString(FIXED_BYTES);
            default -> "coalesce(strlen(CAST(" + name + " AS VARCHAR)), 0) + " + FIXED_BYTES;
        };
    }

    private static String ids(Making making) {
        return making.rowIds()
                .map(names -> ", " + ScanRelation.ROW_ID + " AS " + Sql.identifier(names.rowId()) + ", "
                        + ScanRelation.ROW_VERSION + " AS " + Sql.identifier(names.rowCommitVersion()))
                .orElse("");
    }

    /// The rows with the names that data files have.
    private static String physical(String rows, Making making, String ids) {
        String columns = making.layout().schema().columns().stream()
                .map(column -> FieldNames.physical(Sql.identifier(column.name()), column.type()) + " AS "
                        + Sql.identifier(column.physicalName()))
                .collect(Collectors.joining(", "));
        return "SELECT " + columns + ids + " FROM (" + rows + ")";
    }

    private static FileLayout layout(Making making) {
        if (making.rowIds().isEmpty()) {
            return making.layout();
        }
        var names = making.rowIds().get();
        FileLayout layout = making.layout();
        var columns = new ArrayList<>(layout.schema().columns());
        columns.add(new Column(names.rowId(), Primitive.LONG));
        columns.add(new Column(names.rowCommitVersion(), Primitive.LONG));
        return new FileLayout(
                new Schema(columns),
                layout.partitionColumns(),
                layout.fieldIds(),
                layout.targetFileBytes(),
                layout.statistics());
    }
}
