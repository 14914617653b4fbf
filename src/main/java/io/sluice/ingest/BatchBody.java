package io.sluice.ingest;

import io.sluice.api.Limits;
import io.sluice.batch.Admission;
import io.sluice.batch.BatchHeaders;
import io.sluice.batch.BodyLimits;
import io.sluice.batch.DecodedBody;
import io.sluice.batch.Fingerprint;
import io.sluice.batch.WireBody;
import io.sluice.commit.RequestIdentity;
import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.KeptBody;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.BadRow;
import io.sluice.table.Schema;
import io.sluice.trace.Stages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The body of a batch: its bytes as they come, bounded and counted, the rows in them, and what the bytes say about
/// which request it is.
final class BatchBody {

    private static final int BATCH_BYTES = 1 << 20;

    /// What bodies are read with.
    record Reading(RowDecoder decoder, Limits limits, IngestMetrics metrics, Clock clock) {}

    private final Batch batch;
    private final Reading with;
    private final Fingerprint fingerprint;
    private final WireBody wire;
    private boolean isIdentified;

    BatchBody(Batch batch, Reading with, Admission.Ticket ticket) {
        this.batch = batch;
        this.with = with;
        this.fingerprint = new Fingerprint(batch.fingerprintSeed());
        Limits limits = with.limits();
        this.wire = new WireBody(
                batch.body(),
                new WireBody.Bounds(
                        limits.bodyBytes().toBytes(),
                        limits.requestTime(),
                        limits.bodyRate().toBytes()),
                with.clock(),
                ticket);
    }

    /// As it arrives; to be read once.
    InputStream wire() {
        return wire;
    }

    /// That have arrived.
    long bytes() {
        return wire.bytes();
    }

    /// A copy that can be read more than once.
    KeptBody keep() throws IOException {
        return with.decoder().keep(wire);
    }

    /// Reads the whole body where only that tells who the request is.
    void identify(InputStream body) throws IOException {
        if (batch.caller() instanceof BatchHeaders.Caller.Key) {
            DecodedBody whole = identifying(body);
            try {
                drain(whole);
            } finally {
                whole.release();
            }
        }
    }

    /// Who the request is; for one with a key only when the whole body was read, by [#identify] or [#decode].
    Optional<RequestIdentity> identity() {
        return switch (batch.caller()) {
            case BatchHeaders.Caller.Nobody _ -> Optional.empty();
            case BatchHeaders.Caller.Producer producer -> Optional.of(producer.sequence());
            case BatchHeaders.Caller.Key key -> Optional.of(new RequestIdentity.Key(key.key(), fingerprint.hex()));
        };
    }

    /// The columns that the rows have.
    Schema columns(InputStream body, Schema table) throws IOException {
        DecodedBody decoded = decoded(body);
        try {
            return with.decoder().schema(batch.format(), decoded, table, decodeLimits());
        } finally {
            decoded.release();
        }
    }

    void decode(InputStream body, RowShape shape, RowSink rows) throws IOException {
        long started = System.nanoTime();
        var payload = batch.policy() == BadRowPolicy.QUARANTINE ? Payload.KEEP : Payload.DROP;
        DecodedBody decoded = isIdentified ? decoded(body) : identifying(body);
        try {
            Stages.perform("decode", () -> {
                with.decoder().decode(batch.format(), decoded, shape, decodeLimits(), payload, rows);
                drain(decoded);
            });
        } finally {
            decoded.release();
        }
        with.metrics().decoded(batch.format(), Duration.ofNanos(System.nanoTime() - started));
    }

    /// The bad rows of a request that was answered before: the log does not keep them, its body still has them.
    ///
    /// @param written its good rows
    List<BadRow> badRows(InputStream body, RowShape shape, long written) throws IOException {
        var bad = new BadRowsOnly();
        decode(body, shape, bad);
        return bad.besides(written);
    }

    static void drain(InputStream body) throws IOException {
        body.transferTo(OutputStream.nullOutputStream());
    }

    private DecodedBody identifying(InputStream body) throws IOException {
        isIdentified = true;
        InputStream plain = batch.coding().open(body);
        return bounded(batch.caller() instanceof BatchHeaders.Caller.Key ? fingerprint.of(plain) : plain);
    }

    private DecodedBody decoded(InputStream body) throws IOException {
        return bounded(batch.coding().open(body));
    }

    private DecodedBody bounded(InputStream plain) {
        return new DecodedBody(
                plain,
                wire,
                with.limits().decodedBytes().toBytes(),
                with.limits().compressionRatio());
    }

    private DecodeLimits decodeLimits() {
        return BodyLimits.decode(with.limits(), BATCH_BYTES);
    }
}
