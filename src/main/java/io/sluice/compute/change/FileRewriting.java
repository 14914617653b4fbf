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
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;

/// Writes the rows of files again, unchanged, into files of the target size.
public final class FileRewriting {

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
                return statements.writeMany(
                        "(" + select(relation, rows(facts), arrangement, making, statements) + ")",
                        layout(making),
                        making.directory());
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

    private static OptionalLong rows(FileFacts facts) {
        return Arrays.stream(facts.liveRows()).anyMatch(rows -> rows < 0)
                ? OptionalLong.empty()
                : OptionalLong.of(Arrays.stream(facts.liveRows()).sum());
    }

    private static String select(
            ScanRelation relation, OptionalLong count, Arrangement arrangement, Making making, Statements statements)
            throws SQLException, IOException {
        String asTheyLie = relation.select(relation.columns());
        String rows = switch (arrangement) {
            case Arrangement.AsTheyLie _ -> asTheyLie;
            case Arrangement.Along along -> new CurveSql(statements).order(asTheyLie, count, along, relation.columns());
        };
        String ids = making.rowIds()
                .map(names -> ", " + ScanRelation.ROW_ID + " AS " + Sql.identifier(names.rowId()) + ", "
                        + ScanRelation.ROW_VERSION + " AS " + Sql.identifier(names.rowCommitVersion()))
                .orElse("");
        return physical(rows, making, ids);
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
