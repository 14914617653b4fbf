package io.sluice.ingest;

import io.sluice.compute.RowBatch;
import io.sluice.compute.RowSpool;
import io.sluice.compute.VectorBatch;
import io.sluice.compute.decode.RowSink;
import io.sluice.datafile.DataFileStore;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.ingest.stage.IdentityReservation;
import io.sluice.ingest.stage.PreparedRows;
import io.sluice.table.BadRow;
import io.sluice.table.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Takes the rows of one body: few stay in memory, many become files while the body is read. Bad ones are kept or make
/// the batch refused.
final class RowCollector implements RowSink, AutoCloseable {

    private static final long SMALL_BYTES = 1 << 20;
    private static final long SPOOL_BYTES = 512L << 20;
    private static final int SHOWN_BAD_ROWS = 100;
    /// Bad rows that an answer carries; a batch with more is refused whatever was asked.
    static final int MAX_BAD_ROWS = 10_000;
    /// Of bad rows that are in memory on their way into quarantine, all together; a batch with more is refused.
    private static final long MAX_PAYLOAD_CHARACTERS = 32L << 20;

    /// @param payload the row as the client sent it
    record Rejected(BadRow row, String payload) {}

    private final TableSnapshot table;
    private final DataFileStore files;
    private final IdentityReservation identities;
    private final BadRowPolicy policy;
    private final long maxRows;
    private final List<RowBatch> memory = new ArrayList<>();
    private final List<Action.AddFile> stored = new ArrayList<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private Optional<RowSpool> spool = Optional.empty();
    private long memoryBytes;

    /// Of rows that came as such, in memory.
    private long bytes;

    private long rows;
    private long badRows;
    private long payloadCharacters;
    private boolean handedOver;

    /// @param identities hands out values of identity columns for rows that become files here
    RowCollector(
            TableSnapshot table,
            DataFileStore files,
            IdentityReservation identities,
            BadRowPolicy policy,
            long maxRows) {
        this.table = table;
        this.files = files;
        this.identities = identities;
        this.policy = policy;
        this.maxRows = maxRows;
    }

    @Override
    public boolean takesVectors() {
        return true;
    }

    @Override
    public void vectors(VectorBatch batch) {
        count(batch.rows());
        if (!isRefused()) {
            spooled(open -> open.add(batch));
        }
    }

    private void count(int more) {
        rows += more;
        if (rows > maxRows) {
            throw new Failure.TooLarge("sluice.limits.batch-rows", maxRows, "rows").asException();
        }
    }

    @Override
    public void rows(RowBatch batch) {
        count(batch.rows());
        bytes += batch.bytes();
        if (isRefused()) {
            return;
        }
        if (spool.isEmpty() && memoryBytes + batch.bytes() <= SMALL_BYTES) {
            memory.add(batch);
            memoryBytes += batch.bytes();
            return;
        }
        spooled(open -> open.add(identities.filled(batch)));
    }

    private interface Spooling {
        void into(RowSpool open) throws IOException;
    }

    private void spooled(Spooling rows) {
        try {
            rows.into(spool.isPresent() ? spool.get() : open());
        } catch (IOException e) {
            throw files.failure(table, bytes).asException(e);
        }
    }

    private void store(RowSpool rowSpool) {
        try {
            stored.addAll(files.store(table, rowSpool));
        } catch (IOException e) {
            throw files.failure(table, bytes).asException(e);
        }
    }

    private RowSpool open() throws IOException {
        RowSpool opened = files.spool(table, SPOOL_BYTES);
        spool = Optional.of(opened);
        for (RowBatch batch : identities.filled(memory)) {
            opened.add(batch);
        }
        memory.clear();
        return opened;
    }

    @Override
    public void bad(long row, String column, String reason, String payload) {
        badRows++;
        payloadCharacters += payload.length();
        if (!isRefused() || rejected.size() < SHOWN_BAD_ROWS) {
            rejected.add(new Rejected(new BadRow(row, column, reason), isRefused() ? "" : payload));
        }
    }

    private boolean isRefused() {
        return policy == BadRowPolicy.REJECT
                ? badRows > 0
                : badRows > MAX_BAD_ROWS || payloadCharacters > MAX_PAYLOAD_CHARACTERS;
    }

    /// The good rows, after the whole body was read.
    ///
    /// @throws io.sluice.table.FailureException `bad-rows` when the policy refuses the batch
    PreparedRows finish() {
        // Rules of the table are looked at batch by batch, after the values of the batch.
        rejected.sort(Comparator.comparingLong(bad -> bad.row().row()));
        if (isRefused()) {
            throw new Failure.BadRows(
                            badRows,
                            rejected.stream()
                                    .limit(SHOWN_BAD_ROWS)
                                    .map(Rejected::row)
                                    .toList())
                    .asException();
        }
        if (spool.isEmpty()) {
            return new PreparedRows.InMemory(List.copyOf(memory));
        }
        store(spool.get());
        return new PreparedRows.Stored(List.copyOf(stored), rows);
    }

    List<Rejected> rejected() {
        return rejected;
    }

    long badRows() {
        return badRows;
    }

    /// The files are in a commit, or may be: they stay.
    void handOver() {
        handedOver = true;
    }

    boolean isHandedOver() {
        return handedOver;
    }

    /// Deletes what was stored, when it will never be committed.
    void discard() {
        files.discard(table, stored);
        stored.clear();
    }

    @Override
    public void close() {
        spool.ifPresent(RowSpool::close);
    }
}
