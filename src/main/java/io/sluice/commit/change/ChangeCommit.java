package io.sluice.commit.change;

import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.entry.Receipts;
import io.sluice.commit.group.Aftermath;
import io.sluice.commit.group.CommitMetrics;
import io.sluice.commit.group.EntryPut;
import io.sluice.commit.group.Surroundings;
import io.sluice.commit.group.TableQueue;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableMissingException;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageFailures;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.util.List;
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

    /// Settles every member, those that a commit leaves to the next one by further commits; the caller holds the
    /// table's [ChangeTurn].
    ///
    /// @param group of one table
    /// @param table the queue of the table's appends
    public <Q, R> void commit(List<ChangeMember<Q, R>> group, TableQueue table) {
        for (List<ChangeMember<Q, R>> left = group; !left.isEmpty(); left = unsettled(left)) {
            commitOnce(left, table);
        }
    }

    private static <Q, R> List<ChangeMember<Q, R>> unsettled(List<ChangeMember<Q, R>> group) {
        return group.stream().filter(member -> !member.isSettled()).toList();
    }

    private <Q, R> void commitOnce(List<ChangeMember<Q, R>> group, TableQueue table) {
        ChangeRequest request = group.getFirst().request();
        Storage storage = storages.of(request.location());
        WrittenFiles written = new WrittenFiles(storage);
        try {
            new ChangeRun<>(this, group, storage, written).run(table);
        } catch (FailureException refused) {
            failed(group, written, refused.failure(), table);
        } catch (TableMissingException dropped) {
            refuse(group, written, new Failure.TableNotFound(request.table()));
        } catch (IOException silent) {
            LOG.warn("A change of {} was not computed", request.table(), silent);
            refuse(group, written, StorageFailures.of(storage));
        } catch (RuntimeException | Error unexpected) {
            LOG.error("A change of {} failed", request.table(), unexpected);
            failed(group, written, new Failure.Internal(), table);
        }
    }

    /// A group is halved until the failure is one member's own, unless it is the table's or the store's.
    private <Q, R> void failed(
            List<ChangeMember<Q, R>> group, WrittenFiles written, Failure failure, TableQueue table) {
        List<ChangeMember<Q, R>> unsettled = unsettled(group);
        boolean isOfAll = switch (failure) {
            case Failure.StorageUnavailable _,
                    Failure.TableCorrupt _,
                    Failure.UnsupportedTableFeature _,
                    Failure.OutOfSpace _ -> true;
            default -> false;
        };
        if (unsettled.size() <= 1 || written.mayBeCommitted() || isOfAll) {
            refuse(unsettled, written, failure);
            return;
        }
        written.discard();
        int half = unsettled.size() / 2;
        commit(unsettled.subList(0, half), table);
        commit(unsettled.subList(half, unsettled.size()), table);
    }

    private static <Q, R> void refuse(List<ChangeMember<Q, R>> group, WrittenFiles written, Failure failure) {
        written.discard();
        group.forEach(member -> member.settle(
                written.mayBeCommitted() ? new ChangeOutcome.Unknown<>() : new ChangeOutcome.Refused<>(failure)));
    }
}
