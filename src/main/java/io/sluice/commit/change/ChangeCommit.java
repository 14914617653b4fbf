package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.group.Aftermath;
import io.sluice.commit.group.CommitMetrics;
import io.sluice.commit.group.EntryPut;
import io.sluice.commit.group.StorageFailures;
import io.sluice.commit.group.Surroundings;
import io.sluice.commit.group.TableQueue;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableMissingException;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes changes to their outcome, whatever fails on the way.
///
/// @param settings its bounds
public record ChangeCommit(
        Storages storages,
        Snapshots snapshots,
        Receipts receipts,
        EntryPut entryPut,
        CommitSettings settings,
        Surroundings surroundings,
        Aftermath aftermath,
        CommitMetrics metrics) {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeCommit.class);

    /// Answers in every case; the caller holds the table's [ChangeTurn].
    ///
    /// @param table the queue of the table's appends
    public <R> ChangeOutcome<R> commit(ChangeRequest request, ChangeWork<R> work, TableQueue table) {
        Storage storage = storages.of(request.location());
        WrittenFiles written = new WrittenFiles(storage);
        try {
            return new ChangeRun<>(this, request, work, storage, written).run(table);
        } catch (FailureException refused) {
            return refuse(written, refused.failure());
        } catch (TableMissingException dropped) {
            return refuse(written, new Failure.TableNotFound(request.table()));
        } catch (IOException silent) {
            LOG.warn("A change of {} was not computed", request.table(), silent);
            return refuse(written, StorageFailures.of(storage));
        } catch (RuntimeException | Error unexpected) {
            LOG.error("A change of {} failed", request.table(), unexpected);
            return refuse(written, new Failure.Internal());
        }
    }

    private static <R> ChangeOutcome<R> refuse(WrittenFiles written, Failure failure) {
        if (written.mayBeCommitted()) {
            return new ChangeOutcome.Unknown<>();
        }
        written.discard();
        return new ChangeOutcome.Refused<>(failure);
    }
}
