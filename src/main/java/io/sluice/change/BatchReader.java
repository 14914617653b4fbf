package io.sluice.change;

import io.sluice.api.Limits;
import io.sluice.batch.Admission;
import io.sluice.batch.BodyLimits;
import io.sluice.batch.DecodedBody;
import io.sluice.batch.Fingerprint;
import io.sluice.batch.UnknownColumns;
import io.sluice.batch.WireBody;
import io.sluice.catalog.SchemaEvolution;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowRules;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.BatchRows;
import io.sluice.compute.change.Constants;
import io.sluice.compute.change.SourceSpool;
import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.BadRow;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Reads a body of rows, under the limits of all bodies of rows.
@Component
class BatchReader {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int BATCH_BYTES = 1 << 20;
    private static final long SPOOL_BYTES = 512L << 20;
    private static final int SHOWN_BAD_ROWS = 100;

    private final RowDecoder decoder;
    private final SchemaEvolution evolution;
    private final Admission admission;
    private final DataFileStore files;
    private final Limits limits;
    private final Clock clock = Clock.systemUTC();

    BatchReader(
            RowDecoder decoder, SchemaEvolution evolution, Admission admission, DataFileStore files, Limits limits) {
        this.decoder = decoder;
        this.evolution = evolution;
        this.admission = admission;
        this.files = files;
        this.limits = limits;
    }

    /// Work on rows, while their bytes are counted.
    @FunctionalInterface
    interface Work<T> {
        /// @param redefined the table with the columns that the rows bring, where they bring new ones
        T with(Optional<RedefinedTable> redefined, BatchRows rows) throws IOException;
    }

    /// @param table for which the rows are
    /// @param part that the caller may write: other columns are unknown, other rows are bad
    /// @param unknown where its columns are added, the body is read twice
    /// @param fingerprint takes the bytes of the body
    /// @throws io.sluice.table.FailureException `bad-rows`, and what a body of rows can be refused for
    /// @throws IOException when the body could not be read
    <T> T read(
            Upload upload,
            TableSnapshot table,
            TablePart part,
            UnknownColumns unknown,
            Fingerprint fingerprint,
            Work<T> work)
            throws IOException {
        return admitted(upload, wire -> switch (unknown) {
            case REFUSED -> withRows(Optional.empty(), upload, table, part, fingerprint, wire, wire, work);
            case ADDED -> merging(upload, table, fingerprint, wire, work);
        });
    }

    /// Reads a body for its bytes only: what a repeated request is known by.
    ///
    /// @param fingerprint takes the bytes of the body
    /// @throws IOException when the body could not be read
    void identify(Upload upload, Fingerprint fingerprint) throws IOException {
        long unused = admitted(upload, wire -> {
            DecodedBody decoded = decoded(fingerprint.of(upload.coding().open(wire)), wire);
            try {
                return decoded.transferTo(OutputStream.nullOutputStream());
            } finally {
                decoded.release();
            }
        });
    }

    @FunctionalInterface
    private interface Reading<T> {
        T of(WireBody wire) throws IOException;
    }

    private <T> T admitted(Upload upload, Reading<T> reading) throws IOException {
        long announced = upload.announcedBytes().orElse(0);
        if (announced > limits.bodyBytes().toBytes()) {
            throw new Failure.TooLarge(
                            "sluice.limits.body-bytes", limits.bodyBytes().toBytes(), "bytes")
                    .asException();
        }
        try (var ticket = admission.enter(announced)) {
            return reading.of(wire(upload, ticket));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.ShuttingDown(RETRY_AFTER).asException(e);
        }
    }

    private WireBody wire(Upload upload, Admission.Ticket ticket) {
        return new WireBody(
                upload.body(),
                new WireBody.Bounds(
                        limits.bodyBytes().toBytes(),
                        limits.requestTime(),
                        limits.bodyRate().toBytes()),
                clock,
                ticket);
    }

    private <T> T merging(Upload upload, TableSnapshot table, Fingerprint fingerprint, WireBody wire, Work<T> work)
            throws IOException {
        try (var body = decoder.keep(wire)) {
            Schema columns = columns(upload, table, decoded(upload.coding().open(body.open()), wire));
            Optional<RedefinedTable> redefined = evolution.merged(table, columns);
            TableSnapshot target =
                    redefined.<TableSnapshot>map(defined -> defined).orElse(table);
            TablePart whole = TablePart.whole(target.schema());
            return withRows(redefined, upload, target, whole, fingerprint, wire, body.open(), work);
        }
    }

    private Schema columns(Upload upload, TableSnapshot table, DecodedBody body) throws IOException {
        try {
            return decoder.schema(upload.format(), body, Constants.plain(table.schema()), decodeLimits());
        } finally {
            body.release();
        }
    }

    /// @param body what is on the wire, or was
    private <T> T withRows(
            Optional<RedefinedTable> redefined,
            Upload upload,
            TableSnapshot table,
            TablePart part,
            Fingerprint fingerprint,
            WireBody wire,
            InputStream body,
            Work<T> work)
            throws IOException {
        Schema schema = Constants.plain(part.visible());
        var shape = RowShape.partial(
                part.ruled(RowRules.none(schema)), table.metadata().partitionColumns());
        try (SourceSpool spool = files.sourceSpool(table, schema, SPOOL_BYTES)) {
            var rows = new Rows(table, spool);
            DecodedBody decoded = decoded(fingerprint.of(upload.coding().open(body)), wire);
            try {
                decoder.decode(upload.format(), decoded, shape, decodeLimits(), Payload.DROP, rows);
                decoded.transferTo(OutputStream.nullOutputStream());
            } finally {
                decoded.release();
            }
            return work.with(redefined, rows.good());
        }
    }

    private DecodedBody decoded(InputStream body, WireBody wire) {
        return new DecodedBody(body, wire, limits.decodedBytes().toBytes(), limits.compressionRatio());
    }

    private DecodeLimits decodeLimits() {
        return BodyLimits.decode(limits, BATCH_BYTES);
    }

    /// What comes out of a body.
    private final class Rows implements RowSink {

        private final TableSnapshot table;
        private final SourceSpool spool;
        private final List<BadRow> bad = new ArrayList<>();
        private long rows;
        private long bytes;
        private long badRows;

        Rows(TableSnapshot table, SourceSpool spool) {
            this.table = table;
            this.spool = spool;
        }

        @Override
        public void rows(RowBatch batch) {
            rows += batch.rows();
            if (rows > limits.batchRows()) {
                throw new Failure.TooLarge("sluice.limits.batch-rows", limits.batchRows(), "rows").asException();
            }
            if (badRows == 0) {
                bytes += batch.bytes();
                try {
                    spool.add(batch);
                } catch (IOException e) {
                    throw files.failure(table, bytes).asException(e);
                }
            }
        }

        @Override
        public void bad(long row, String column, String reason, String payload) {
            badRows++;
            if (bad.size() < SHOWN_BAD_ROWS) {
                bad.add(new BadRow(row, column, reason));
            }
        }

        BatchRows good() {
            if (badRows > 0) {
                throw new Failure.BadRows(badRows, bad).asException();
            }
            try {
                return spool.finish();
            } catch (IOException e) {
                throw files.failure(table, bytes).asException(e);
            }
        }
    }
}
