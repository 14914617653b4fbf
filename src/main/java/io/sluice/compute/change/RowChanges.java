package io.sluice.compute.change;

import io.sluice.compute.DuckDb;
import io.sluice.compute.DuckDbError;
import io.sluice.compute.ParquetWriter;
import io.sluice.compute.RowExpression;
import io.sluice.compute.Scan;
import io.sluice.compute.ScanFaults;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.scan.Footers;
import io.sluice.compute.scan.ScanSql;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Predicate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/// Runs changes of rows.
public final class RowChanges {

    private final DuckDb duckDb;
    private final ScanFaults faults;
    private final Footers footers = new Footers();
    private final ParquetWriter writer;

    public RowChanges(DuckDb duckDb, ParquetWriter writer) {
        this.duckDb = duckDb;
        this.faults = new ScanFaults(duckDb);
        this.writer = writer;
    }

    /// Finds the rows and writes what becomes of them below the directory of `making`.
    ///
    /// @throws FailureException `bad-filter` when a condition cannot be computed on some row, `bad-sql` when a
    ///     value cannot; `constraint-violated`, `ambiguous-merge`, `duplicate-keys`; `table-corrupt`,
    ///     `query-timeout`, `overloaded`
    /// @throws java.nio.file.NoSuchFileException when a data file is gone
    public ChangedRows run(RowChange change, Target target, Making making) throws Exception {
        Files.createDirectories(making.directory());
        try {
            Optional<ChangedRows> keyed = keyed(change, target, making);
            return keyed.isPresent()
                    ? keyed.get()
                    : onConnection(making, statements -> run(change, target, making, statements));
        } catch (Exception e) {
            throw cleared(making, e);
        }
    }

    private interface Work<T> {
        T with(Statements statements) throws Exception;
    }

    private <T> T onConnection(Making making, Work<T> work) throws Exception {
        return duckDb.call(DuckDb.Purpose.CHANGE, making.time(), connection -> {
            try (BufferAllocator allocator = duckDb.allocator().newChildAllocator("change", 0, Long.MAX_VALUE)) {
                return work.with(new Statements(connection, allocator, footers));
            }
        });
    }

    /// What went wrong, when nothing of the work is left.
    private static Exception cleared(Making making, Exception e) throws IOException {
        delete(making.directory());
        return DuckDbError.outOfMemory(e)
                .<Exception>map(overloaded -> overloaded)
                .orElse(e);
    }

    /// The change made by keys alone, where that can be.
    private Optional<ChangedRows> keyed(RowChange change, Target target, Making making) throws Exception {
        Optional<KeyedUpsert> upsert =
                change instanceof RowChange.Upsert asked ? KeyedUpsert.of(asked, making) : Optional.empty();
        return upsert.isPresent() ? upsert.get().run(target, writer) : Optional.empty();
    }

    /// Files of the change data feed that tell of all rows of a scan as inserted, below the directory of `making`.
    public List<WrittenFile> insertsOf(Scan scan, Making making) throws Exception {
        Files.createDirectories(making.directory());
        try {
            List<Column> columns = scan.schema().columns();
            return onConnection(
                    making,
                    statements -> ChangeFiles.write(
                            statements,
                            columns,
                            "SELECT *, 'insert' AS " + ChangeFiles.CHANGE_TYPE + " FROM ("
                                    + new ScanSql(scan).select(columns) + ")",
                            making));
        } catch (Exception e) {
            throw cleared(making, e);
        }
    }

    private ChangedRows run(RowChange change, Target target, Making making, Statements statements) throws Exception {
        long begun = System.nanoTime();
        constants(change, statements);
        Predicate predicate = switch (change) {
            case RowChange.Delete delete -> delete.where().predicate();
            case RowChange.Update update -> update.where().predicate();
            case RowChange.Merge merge -> source(merge, statements);
            case RowChange.Upsert upsert -> source(upsert.merge(), statements);
        };
        ChangeSql sql = switch (change) {
            case RowChange.Delete delete -> new DeleteSql(delete, making.changeFeed());
            case RowChange.Update update -> new UpdateSql(update);
            case RowChange.Merge merge -> new MergeSql(merge, making.changeFeed());
            case RowChange.Upsert upsert -> new MergeSql(upsert.merge(), making.changeFeed());
        };
        return target.on(predicate, scan -> {
            ChangeRun run;
            try {
                run = new ChangeRun(statements, statements.prepared(scan), sql, making, target.facts());
                run.find();
            } catch (SQLException e) {
                throw faults.explain(scan, e, new Failure.BadFilter(WHY));
            }
            try {
                return run.write((System.nanoTime() - begun) / 1_000_000);
            } catch (SQLException e) {
                throw faults.explain(scan, e, new Failure.BadSql(WHY));
            }
        });
    }

    private static final String WHY =
            "it cannot be computed on some row: a division by zero, a value that does not convert, or a number or a time that is out of range";

    private static void constants(RowChange change, Statements statements) throws Exception {
        if (change.constants().row().isPresent()) {
            try (var row = change.constants().row().get().toArrow(statements.allocator())) {
                statements.table(Constants.RELATION, row);
            }
        }
    }

    private static Predicate source(RowChange.Merge merge, Statements statements) throws Exception {
        var source = new SourceTable(statements);
        source.load(merge.source());
        try {
            var parts = new ArrayList<Predicate>();
            parts.add(source.matching(merge.on().keys(), merge.on().predicate()));
            for (RowChange.Matched clause : merge.notMatchedBySource()) {
                parts.add(clause.condition().map(RowExpression::predicate).orElseGet(Predicate.Anything::new));
            }
            return parts.size() == 1 ? parts.getFirst() : new Predicate.Or(parts);
        } catch (SQLException e) {
            throw DuckDbError.outOfMemory(e).orElseGet(() -> new Failure.BadFilter(WHY).asException(e));
        }
    }

    static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }
}
