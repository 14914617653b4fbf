package io.sluice.change;

import io.sluice.api.Limits;
import io.sluice.batch.Admission;
import io.sluice.batch.DecodedBody;
import io.sluice.batch.Fingerprint;
import io.sluice.batch.WireBody;
import io.sluice.compute.RowBatch;
import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.BadRow;
import io.sluice.table.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/// Reads a body of rows into memory, under the limits of all bodies of rows.
@Component
class BatchReader {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int BATCH_BYTES = 1 << 20;
    private static final int SHOWN_BAD_ROWS = 100;

    private final RowDecoder decoder;
    private final Admission admission;
    private final Limits limits;
    private final Clock clock = Clock.systemUTC();

    BatchReader(RowDecoder decoder, Admission admission, Limits limits) {
        this.decoder = decoder;
        this.admission = admission;
        this.limits = limits;
    }

    /// Work on rows, while their bytes are counted.
    @FunctionalInterface
    interface Work<T> {
        T with(List<RowBatch> rows) throws IOException;
    }

    /// @param fingerprint takes the bytes of the body
    /// @throws io.sluice.table.FailureException `bad-rows`, and what a body of rows can be refused for
    /// @throws IOException when the body could not be read
    <T> T read(Upload upload, RowShape shape, Fingerprint fingerprint, Work<T> work) throws IOException {
        long announced = upload.announcedBytes().orElse(0);
        if (announced > limits.bodyBytes().toBytes()) {
            throw new Failure.TooLarge(
                            "sluice.limits.body-bytes", limits.bodyBytes().toBytes(), "bytes")
                    .asException();
        }
        try (var ticket = admission.enter(announced)) {
            var rows = new Rows();
            decode(upload, shape, fingerprint, ticket, rows);
            return work.with(rows.good());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.ShuttingDown(RETRY_AFTER).asException(e);
        }
    }

    private void decode(Upload upload, RowShape shape, Fingerprint fingerprint, Admission.Ticket ticket, RowSink rows)
            throws IOException {
        var wire = new WireBody(
                upload.body(),
                new WireBody.Bounds(
                        limits.bodyBytes().toBytes(),
                        limits.requestTime(),
                        limits.bodyRate().toBytes()),
                clock,
                Optional.of(fingerprint.digest()),
                ticket);
        var decoded = new DecodedBody(
                upload.coding().open(wire), wire, limits.decodedBytes().toBytes(), limits.compressionRatio());
        decoder.decode(upload.format(), decoded, shape, decodeLimits(), Payload.DROP, rows);
        wire.transferTo(OutputStream.nullOutputStream());
    }

    private DecodeLimits decodeLimits() {
        return new DecodeLimits(
                limits.decodedBytes().toBytes(),
                limits.compressionRatio(),
                limits.jsonDepth(),
                Math.toIntExact(limits.stringBytes().toBytes()),
                BATCH_BYTES,
                limits.arrowBytes().toBytes());
    }

    /// What comes out of a body.
    private final class Rows implements RowSink {

        private final List<RowBatch> batches = new ArrayList<>();
        private final List<BadRow> bad = new ArrayList<>();
        private long rows;
        private long badRows;

        @Override
        public void rows(RowBatch batch) {
            rows += batch.rows();
            if (rows > limits.batchRows()) {
                throw new Failure.TooLarge("sluice.limits.batch-rows", limits.batchRows(), "rows").asException();
            }
            if (badRows == 0) {
                batches.add(batch);
            }
        }

        @Override
        public void bad(long row, String column, String reason, String payload) {
            badRows++;
            if (bad.size() < SHOWN_BAD_ROWS) {
                bad.add(new BadRow(row, column, reason));
            }
        }

        List<RowBatch> good() {
            if (badRows > 0) {
                throw new Failure.BadRows(badRows, bad).asException();
            }
            return batches;
        }
    }
}
