package io.sluice.ingest;

import io.sluice.api.Limits;
import io.sluice.batch.Admission;
import io.sluice.batch.BatchHeaders;
import io.sluice.batch.UnknownColumns;
import io.sluice.catalog.Catalog;
import io.sluice.catalog.SchemaEvolution;
import io.sluice.commit.CheckedDefinition;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TableCommits;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowRules;
import io.sluice.compute.TablePart;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Features;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.stage.IdentityReservation;
import io.sluice.ingest.stage.PreparedRows;
import io.sluice.ingest.stage.RowStager;
import io.sluice.table.AsOf;
import io.sluice.table.BadRow;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.trace.Stages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// The way of a batch to its destination, a table's log or a transaction: admit, recognise a repeated request, decode
/// and check, stage, hand over.
@Component
public class RowsIngest {

    private static final Logger LOG = LoggerFactory.getLogger(RowsIngest.class);
    private static final long SMALL_BODY_BYTES = 1 << 20;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Catalog catalog;
    private final TableCommits commits;
    private final SchemaEvolution evolution;
    private final DataFileStore files;
    private final RowStager stager;
    private final Quarantine quarantine;
    private final Admission admission;
    private final Limits limits;
    private final FilterLimits filterLimits;
    private final IngestMetrics metrics;
    private final BatchBody.Reading reading;

    RowsIngest(
            Catalog catalog,
            TableCommits commits,
            SchemaEvolution evolution,
            RowDecoder decoder,
            DataFileStore files,
            RowStager stager,
            Quarantine quarantine,
            Admission admission,
            Limits limits,
            IngestMetrics metrics) {
        this.catalog = catalog;
        this.commits = commits;
        this.evolution = evolution;
        this.files = files;
        this.stager = stager;
        this.quarantine = quarantine;
        this.admission = admission;
        this.limits = limits;
        this.filterLimits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
        this.metrics = metrics;
        this.reading = new BatchBody.Reading(decoder, limits, metrics, Clock.systemUTC());
    }

    /// Appends the batch to its table and answers when its outcome is known.
    ///
    /// @throws io.sluice.table.FailureException why it is not in the log, or that nobody knows
    /// @throws IOException when the body could not be read to its end
    RowsAnswer append(Batch batch) throws IOException {
        return take(batch, new TableDestination(commits, stager));
    }

    /// Takes the batch to a destination and answers when its outcome is known.
    ///
    /// @throws io.sluice.table.FailureException why it is not there, or that nobody knows
    /// @throws IOException when the body could not be read to its end
    public RowsAnswer take(Batch batch, RowsDestination destination) throws IOException {
        long announced = batch.announcedBytes().orElse(0);
        if (announced > limits.bodyBytes().toBytes()) {
            throw new Failure.TooLarge(
                            "sluice.limits.body-bytes", limits.bodyBytes().toBytes(), "bytes")
                    .asException();
        }
        try (var ticket = Stages.run("admit", () -> admission.enter(announced))) {
            return admitted(batch, destination, ticket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.ShuttingDown(RETRY_AFTER).asException(e);
        }
    }

    private RowsAnswer admitted(Batch batch, RowsDestination destination, Admission.Ticket ticket) throws IOException {
        TableSnapshot table = Stages.run("resolve", () -> catalog.snapshot(batch.table(), AsOf.latest()));
        requireWritable(table);
        var body = new BatchBody(batch, reading, ticket);
        if (batch.unknownColumns() == UnknownColumns.ADDED) {
            return merging(batch, destination, table, body);
        }
        return switch (batch.caller()) {
            case BatchHeaders.Caller.Nobody _ -> fresh(batch, destination, table, body, body.wire());
            case BatchHeaders.Caller.Producer producer -> {
                var replay = destination.findReplay(table, producer.sequence());
                if (replay.isPresent()) {
                    BatchBody.drain(body.wire());
                    yield answer(replay.get(), List.of());
                }
                yield fresh(batch, destination, table, body, body.wire());
            }
            case BatchHeaders.Caller.Key key -> keyed(batch, destination, table, body, key.key());
        };
    }

    /// A batch that is not known yet. Whatever the table is now matters to such a one only.
    private RowsAnswer fresh(
            Batch batch, RowsDestination destination, TableSnapshot table, BatchBody body, InputStream stream)
            throws IOException {
        Features.requireAppendable(table);
        return write(batch, destination, table, shape(batch, destination, table), body, stream);
    }

    /// Rows as the table wants them, and as the caller may write them.
    private RowShape shape(Batch batch, RowsDestination destination, TableSnapshot table) {
        TablePart part = TablePart.of(batch.within(), batch.table(), table.schema(), filterLimits);
        RowRules rules = destination.rules(RowRules.of(
                table.schema(),
                table.metadata().configuration(),
                reading.clock().instant()));
        part.requireInsertable(rules, batch.table());
        List<String> partitionColumns = table.metadata().partitionColumns();
        return new RowShape(part.ruled(rules), partitionColumns, batch.partition(), part.visible());
    }

    private void requireWritable(TableSnapshot table) {
        commits.refusal(table.location()).ifPresent(refused -> {
            throw refused.asException();
        });
    }

    /// The body is read twice: for its columns, then for its rows, which are checked against the table as their
    /// commit will leave it.
    private RowsAnswer merging(Batch batch, RowsDestination destination, TableSnapshot table, BatchBody body)
            throws IOException {
        try (var kept = body.keep()) {
            body.identify(kept.open());
            var replay = body.identity().flatMap(who -> destination.findReplay(table, who));
            if (replay.isPresent()) {
                return replayed(
                        batch,
                        replay.get(),
                        written -> body.badRows(
                                kept.open(),
                                shape(batch, destination, merged(table, body.columns(kept.open(), table.schema()))),
                                written));
            }
            Features.requireAppendable(table);
            TableSnapshot target = merged(table, body.columns(kept.open(), table.schema()));
            return write(batch, destination, target, shape(batch, destination, target), body, kept.open());
        }
    }

    private TableSnapshot merged(TableSnapshot table, Schema columns) {
        return evolution
                .merged(table, columns)
                .<TableSnapshot>map(merged -> merged)
                .orElse(table);
    }

    /// A small body is read and known before any work; of a large one only a key that is known already is worth
    /// reading ahead.
    private RowsAnswer keyed(Batch batch, RowsDestination destination, TableSnapshot table, BatchBody body, String key)
            throws IOException {
        if (batch.announcedBytes().orElse(Long.MAX_VALUE) <= SMALL_BODY_BYTES) {
            byte[] bytes = body.wire().readAllBytes();
            body.identify(new ByteArrayInputStream(bytes));
            var read = new ByteArrayInputStream(bytes);
            var replay = body.identity().flatMap(who -> destination.findReplay(table, who));
            return replay.isEmpty()
                    ? fresh(batch, destination, table, body, read)
                    : replayed(
                            batch,
                            replay.get(),
                            written -> body.badRows(read, shape(batch, destination, table), written));
        }
        if (destination.findReplay(table, new RequestIdentity.Key(key, "")).isEmpty()) {
            return fresh(batch, destination, table, body, body.wire());
        }
        try (var kept = body.keep()) {
            body.identify(kept.open());
            var replay = body.identity().flatMap(who -> destination.findReplay(table, who));
            return replayed(
                    batch,
                    replay.orElseThrow(() -> new Failure.RequestInProgress().asException()),
                    written -> body.badRows(kept.open(), shape(batch, destination, table), written));
        }
    }

    /// Reads the body of a request again that was answered before.
    @FunctionalInterface
    private interface ReadAgain {

        /// @param written rows of the request that are in the table
        List<BadRow> badRows(long written) throws IOException;
    }

    /// The answer of then. Rows that were bad are told once more where the table still says so.
    private RowsAnswer replayed(Batch batch, CommitOutcome known, ReadAgain body) throws IOException {
        if (!(known instanceof CommitOutcome.Replayed replayed)
                || batch.policy() == BadRowPolicy.REJECT
                || !(batch.caller() instanceof BatchHeaders.Caller.Key)) {
            return answer(known, List.of());
        }
        try {
            return answer(replayed, body.badRows(replayed.rows()));
        } catch (FailureException changed) {
            LOG.debug("A repeated batch of {} cannot be read any more", batch.table(), changed);
            return answer(replayed, List.of());
        }
    }

    /// After a replay was looked for: a repeated request gets its answer, although it has made its own version
    /// stale.
    private static void requireLatest(Batch batch, TableSnapshot table) {
        if (batch.onlyIfLatest().isPresent() && batch.onlyIfLatest().getAsLong() != table.version()) {
            throw new Failure.StaleVersion(batch.onlyIfLatest().getAsLong(), table.version()).asException();
        }
    }

    /// @param stream of the body, from its first byte on
    private RowsAnswer write(
            Batch batch,
            RowsDestination destination,
            TableSnapshot table,
            RowShape shape,
            BatchBody body,
            InputStream stream)
            throws IOException {
        requireLatest(batch, table);
        var identities = new IdentityReservation(commits, batch.table(), before(table));
        try (var rows = new RowCollector(table, files, identities, batch.policy(), limits.batchRows())) {
            try {
                body.decode(stream, shape, rows);
                PreparedRows prepared = redefining(table, rows.finish());
                metrics.rows(batch.format(), prepared.rows(), rows.badRows(), body.bytes());
                List<BadRow> rejected =
                        rows.rejected().stream().map(RowCollector.Rejected::row).toList();
                Optional<RequestIdentity> who = body.identity();
                if (batch.policy() == BadRowPolicy.QUARANTINE && !rejected.isEmpty()) {
                    requireStillTaken(batch, destination, before(table), who);
                    quarantine.keep(batch.table(), batch.requestId(), rows.rejected(), who);
                }
                if (prepared.rows() == 0 && destination.withoutRows() == RowsDestination.WithoutRows.IS_NOTHING) {
                    return new RowsAnswer(table.version(), 0, 0, 0, false, rejected);
                }
                // From here on a failure does not say that no commit names the files.
                rows.handOver();
                CommitOutcome outcome = destination.take(batch, before(table), prepared, who);
                settle(outcome, rows);
                return answer(outcome, rejected);
            } catch (IOException | RuntimeException e) {
                if (!rows.isHandedOver()) {
                    rows.discard();
                }
                throw e;
            }
        }
    }

    /// What would refuse the good rows by now: the bad ones are in their table before those are, since they must
    /// not be lost when the good ones are answered, and would stay there.
    private void requireStillTaken(
            Batch batch, RowsDestination destination, TableSnapshot checked, Optional<RequestIdentity> who) {
        TableSnapshot latest = catalog.snapshot(batch.table(), AsOf.latest());
        if (who.flatMap(identity -> destination.findReplay(latest, identity)).isPresent()) {
            return;
        }
        requireLatest(batch, latest);
        commits.conflictSince(CheckedDefinition.of(checked), latest).ifPresent(conflict -> {
            throw conflict.asException();
        });
    }

    private static PreparedRows redefining(TableSnapshot table, PreparedRows rows) {
        return table instanceof RedefinedTable redefined ? new PreparedRows.Redefining(rows, redefined) : rows;
    }

    /// What is in the log.
    private static TableSnapshot before(TableSnapshot table) {
        return table instanceof RedefinedTable redefined ? redefined.before() : table;
    }

    /// What was stored ahead for this request goes when no commit names it, and stays when nobody knows.
    private static void settle(CommitOutcome outcome, RowCollector rows) {
        switch (outcome) {
            case CommitOutcome.Committed committed -> {}
            case CommitOutcome.Unknown unknown -> {}
            case CommitOutcome.Replayed replayed -> rows.discard();
            case CommitOutcome.Refused refused -> rows.discard();
        }
    }

    private static RowsAnswer answer(CommitOutcome outcome, List<BadRow> rejected) {
        return switch (outcome) {
            case CommitOutcome.Committed(long version, long rows, int files, long bytes) ->
                new RowsAnswer(version, rows, files, bytes, false, rejected);
            case CommitOutcome.Replayed(long version, long rows, int files, long bytes) ->
                new RowsAnswer(version, rows, files, bytes, true, rejected);
            case CommitOutcome.Refused(Failure failure) -> throw failure.asException();
            case CommitOutcome.Unknown() -> throw new Failure.OutcomeUnknown().asException();
        };
    }
}
