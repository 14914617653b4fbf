package io.sluice.audit;

import io.sluice.catalog.Catalog;
import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.Stager;
import io.sluice.commit.TableCommits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.LongCells;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableSpec;
import io.sluice.table.AsOf;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Entries as rows of a Delta table, which is made when the first ones come. What is written again after an unknown
/// outcome is there once.
final class TableSink implements AuditSink {

    private static final Schema SCHEMA = new Schema(List.of(
            new Column("time", Primitive.TIMESTAMP),
            new Column("requestId", Primitive.STRING),
            new Column("userId", Primitive.STRING),
            new Column("userName", Primitive.STRING),
            new Column("client", Primitive.STRING),
            new Column("method", Primitive.STRING),
            new Column("path", Primitive.STRING),
            new Column("activity", Primitive.STRING),
            new Column("table", Primitive.STRING),
            new Column("also", Primitive.STRING),
            new Column("version", Primitive.LONG),
            new Column("rows", Primitive.LONG),
            new Column("status", Primitive.LONG),
            new Column("outcome", Primitive.STRING),
            new Column("millis", Primitive.LONG)));

    private final String producer = "sluice-audit-" + UUID.randomUUID();
    private final TableName name;
    private final Catalog catalog;
    private final TableCommits commits;
    private final Stager<List<RowBatch>> stager;
    private List<AuditEntry> pending = List.of();
    private long sequence;

    TableSink(TableName name, Catalog catalog, TableCommits commits, DataFileStore files) {
        this.name = name;
        this.catalog = catalog;
        this.commits = commits;
        this.stager = new Stager<>() {
            @Override
            public List<Action.AddFile> stage(TableSnapshot snapshot, List<List<RowBatch>> group) throws IOException {
                return files.store(
                        snapshot, group.stream().flatMap(List::stream).toList());
            }
        };
    }

    @Override
    public Pace pace() {
        return Pace.TOGETHER;
    }

    @Override
    public void write(List<AuditEntry> entries) throws IOException {
        if (!entries.equals(pending)) {
            pending = List.copyOf(entries);
            sequence++;
        }
        try {
            TableSnapshot snapshot = existing().orElseGet(this::created);
            var request = new AppendRequest<>(
                    name,
                    snapshot.location(),
                    snapshot,
                    List.of(batch(snapshot.schema(), entries)),
                    entries.size(),
                    Optional.<RequestIdentity>of(new RequestIdentity.Sequence(producer, sequence)),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty());
            requireDone(commits.append(request, stager));
        } catch (FailureException e) {
            throw new IOException("the table " + name + " does not take them", e);
        }
    }

    private static void requireDone(CommitOutcome outcome) {
        switch (outcome) {
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> {}
            case CommitOutcome.Refused(Failure failure) -> throw failure.asException();
            case CommitOutcome.Unknown _ -> throw new Failure.OutcomeUnknown().asException();
        }
    }

    private Optional<TableSnapshot> existing() {
        try {
            return Optional.of(catalog.snapshot(name, AsOf.latest()));
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.TableNotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private TableSnapshot created() {
        var spec = new TableSpec(SCHEMA, List.of(), List.of(), Map.of(), Optional.of("Who did what"));
        switch (commits.create(name, catalog.locate(name), spec, Optional.empty())) {
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> {}
            case CommitOutcome.Refused(Failure failure) -> {
                // Another replica may have made it a moment ago.
                if (!(failure instanceof Failure.TableExists)) {
                    throw failure.asException();
                }
            }
            case CommitOutcome.Unknown _ -> throw new Failure.OutcomeUnknown().asException();
        }
        return catalog.snapshot(name, AsOf.latest());
    }

    private RowBatch batch(Schema schema, List<AuditEntry> entries) {
        for (Column column : SCHEMA.columns()) {
            if (schema.find(column.name())
                    .filter(known -> known.type().equals(column.type()))
                    .isEmpty()) {
                throw new Failure.InvalidSchema("the table " + name + " has not the columns of an audit log")
                        .asException();
            }
        }
        var columns = new ArrayList<Cells>();
        for (Column column : schema.columns()) {
            Cells cells = CellTypes.cells(column.type());
            entries.forEach(entry -> append(cells, value(column.name(), entry)));
            columns.add(cells);
        }
        return new RowBatch(schema, columns);
    }

    private static void append(Cells cells, @Nullable Object value) {
        switch (value) {
            case null -> cells.appendNull();
            case Long number -> ((LongCells) cells).append(number);
            case Instant moment -> ((LongCells) cells).append(ChronoUnit.MICROS.between(Instant.EPOCH, moment));
            default -> ((BytesCells) cells).append(value.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    private static @Nullable Object value(String column, AuditEntry entry) {
        return switch (column) {
            case "time" -> entry.time();
            case "requestId" -> entry.requestId();
            case "userId" -> entry.userId();
            case "userName" -> entry.userName();
            case "client" -> entry.client();
            case "method" -> entry.method();
            case "path" -> entry.path();
            case "activity" -> entry.activity();
            case "table" -> entry.table();
            case "also" -> entry.also().isEmpty() ? null : String.join(", ", entry.also());
            case "version" -> entry.version();
            case "rows" -> entry.rows();
            case "status" -> (long) entry.status();
            case "outcome" -> entry.outcome();
            case "millis" -> entry.millis();
            default -> null;
        };
    }
}
