package io.sluice.ingest;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.Requester;
import io.sluice.catalog.Catalog;
import io.sluice.commit.AppendRequest;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TableCommits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowRules;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.LongCells;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableSpec;
import io.sluice.ingest.stage.PreparedRows;
import io.sluice.ingest.stage.RowStager;
import io.sluice.table.AsOf;
import io.sluice.table.Column;
import io.sluice.table.DataType.Primitive;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.stereotype.Component;

/// Bad rows in `<table>__rejected`, with the reason; the table is made when the first one comes.
///
/// The rows go there before the good ones go to their table, under the same identity: a request that is repeated after
/// a failure between the two commits finds its bad rows there and does not add them twice.
@Component
class Quarantine {

    private static final String SUFFIX = "__rejected";
    private static final String REJECTED_AT = "rejected_at";
    private static final String REQUEST_ID = "request_id";
    private static final String ROW = "row";
    private static final String COLUMN = "column";
    private static final String REASON = "reason";
    private static final String PAYLOAD = "payload";
    private static final Schema SCHEMA = new Schema(List.of(
            new Column(REJECTED_AT, Primitive.TIMESTAMP),
            new Column(REQUEST_ID, Primitive.STRING),
            new Column(ROW, Primitive.LONG),
            new Column(COLUMN, Primitive.STRING),
            new Column(REASON, Primitive.STRING),
            new Column(PAYLOAD, Primitive.STRING)));

    private final Access access;
    private final Catalog catalog;
    private final TableCommits commits;
    private final RowStager stager;
    private final Clock clock = Clock.systemUTC();

    Quarantine(Access access, Catalog catalog, TableCommits commits, RowStager stager) {
        this.access = access;
        this.catalog = catalog;
        this.commits = commits;
        this.stager = stager;
    }

    /// The table that bad rows of a table go to.
    ///
    /// @throws FailureException `bad-parameter` where the name would be too long
    static TableName of(TableName table) {
        return new TableName(table.schema(), table.table() + SUFFIX);
    }

    /// Keeps the rows; they are in the quarantine table's log on return.
    ///
    /// @throws FailureException what kept them from it; nothing of the request is committed then
    void keep(TableName table, String requestId, List<RowCollector.Rejected> rows, Optional<RequestIdentity> identity) {
        TableName name = of(table);
        TableSnapshot snapshot = existing(name).orElseGet(() -> created(name));
        Features.requireAppendable(snapshot);
        requireNoRules(snapshot);
        var prepared = new PreparedRows.InMemory(List.of(batch(name, snapshot.schema(), requestId, rows)));
        var request = new AppendRequest<PreparedRows>(
                name,
                snapshot.location(),
                snapshot,
                prepared,
                rows.size(),
                identity,
                OptionalLong.empty(),
                Optional.empty(),
                Requester.current());
        switch (commits.append(request, stager)) {
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> {}
            case CommitOutcome.Refused(Failure failure) -> throw failure.asException();
            case CommitOutcome.Unknown _ -> throw new Failure.OutcomeUnknown().asException();
        }
    }

    /// What is kept here was refused elsewhere: no further rule may stop it, and none is looked at.
    private void requireNoRules(TableSnapshot snapshot) {
        var rules = RowRules.of(snapshot.schema(), snapshot.metadata().configuration(), clock.instant());
        if (!rules.isEmpty()) {
            throw new Failure.UnsupportedTableFeature(
                            rules.features(), "a quarantine with constraints or computed columns is not written to")
                    .asException();
        }
    }

    private Optional<TableSnapshot> existing(TableName name) {
        try {
            return Optional.of(catalog.snapshot(name, AsOf.latest()));
        } catch (FailureException e) {
            if (e.failure() instanceof Failure.TableNotFound) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private TableSnapshot created(TableName name) {
        access.requireName(Activity.CREATE, name);
        var spec = new TableSpec(
                SCHEMA, List.of(), List.of(), Map.of(), Optional.of("Rows that were refused, with the reason"));
        switch (commits.create(name, catalog.locate(name), spec, Requester.current())) {
            case CommitOutcome.Committed _, CommitOutcome.Replayed _ -> {}
            case CommitOutcome.Refused(Failure failure) -> {
                // Another request may have made it a moment ago.
                if (!(failure instanceof Failure.TableExists)) {
                    throw failure.asException();
                }
            }
            case CommitOutcome.Unknown _ -> throw new Failure.OutcomeUnknown().asException();
        }
        return catalog.snapshot(name, AsOf.latest());
    }

    private RowBatch batch(TableName name, Schema schema, String requestId, List<RowCollector.Rejected> rows) {
        requireOurs(name, schema);
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        var columns = new ArrayList<Cells>();
        for (Column column : schema.columns()) {
            Cells cells = CellTypes.cells(column.type());
            for (RowCollector.Rejected rejected : rows) {
                switch (column.name()) {
                    case REJECTED_AT -> ((LongCells) cells).append(now);
                    case REQUEST_ID -> text(cells, requestId);
                    case ROW -> ((LongCells) cells).append(rejected.row().row());
                    case COLUMN -> text(cells, rejected.row().column());
                    case REASON -> text(cells, rejected.row().reason());
                    case PAYLOAD -> text(cells, rejected.payload());
                    default -> cells.appendNull();
                }
            }
            columns.add(cells);
        }
        return new RowBatch(schema, columns);
    }

    private static void text(Cells cells, String text) {
        ((BytesCells) cells).append(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A table of this name that is none of ours, or lost a column, is not written to.
    private static void requireOurs(TableName name, Schema schema) {
        boolean ours = SCHEMA.columns().stream()
                        .allMatch(wanted -> schema.columns().stream()
                                .anyMatch(column -> column.name().equals(wanted.name())
                                        && column.type().equals(wanted.type())))
                && schema.columns().stream()
                        .allMatch(column ->
                                column.nullable() || SCHEMA.find(column.name()).isPresent());
        if (!ours) {
            throw new Failure.BadParameter("onBadRow", "the table " + name + " has not the columns of a quarantine")
                    .asException();
        }
    }
}
