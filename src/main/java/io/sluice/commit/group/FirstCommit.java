package io.sluice.commit.group;

import io.sluice.commit.CommitOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.log.LogFile;
import io.sluice.commit.log.LogPut;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableCreator;
import io.sluice.delta.TableMissingException;
import io.sluice.delta.TableSpec;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageFailures;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import io.sluice.table.User;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Version 0. Of several that create one table at once exactly one is committed.
public final class FirstCommit {

    private final Storages storages;
    private final Snapshots snapshots;
    private final LogPut logPut;
    private final CommitSettings settings;
    private final Surroundings surroundings;
    private final String engineInfo;
    private final TableCreator creator;

    /// @param engineInfo `Sluice/<version>`
    public FirstCommit(
            Storages storages,
            Snapshots snapshots,
            LogPut logPut,
            CommitSettings settings,
            Surroundings surroundings,
            String engineInfo) {
        this.storages = storages;
        this.snapshots = snapshots;
        this.logPut = logPut;
        this.settings = settings;
        this.surroundings = surroundings;
        this.engineInfo = engineInfo;
        this.creator = new TableCreator(surroundings.ids());
    }

    /// Answers with version 0, or that a table is there, whatever its state.
    public CommitOutcome commit(TableName table, Location location, TableSpec spec, Optional<User> user) {
        try {
            if (isThere(location)) {
                return new CommitOutcome.Refused(new Failure.TableExists(table));
            }
            return put(table, location, spec, user);
        } catch (FailureException refused) {
            return new CommitOutcome.Refused(refused.failure());
        }
    }

    private CommitOutcome put(TableName table, Location location, TableSpec spec, Optional<User> user) {
        Instant now = surroundings.clock().instant();
        String txnId = surroundings.ids().get().toString();
        List<Action> actions = creator.create(spec, new TableCreator.Author(engineInfo, now, txnId, user));
        Storage storage = storages.of(location);
        Location file = LogFile.of(location, 0);
        byte[] content = LogEntryCodec.encode(actions);
        return switch (logPut.put(storage, file, 0, content, txnId, now.plus(settings.silenceTime()))) {
            case LogPut.Result.Won _ -> new CommitOutcome.Committed(0, 0, 0, 0);
            case LogPut.Result.Lost _ -> new CommitOutcome.Refused(new Failure.TableExists(table));
            case LogPut.Result.Refused _ -> new CommitOutcome.Refused(StorageFailures.of(storage));
            case LogPut.Result.Unknown _ -> new CommitOutcome.Unknown();
        };
    }

    /// A log that was cleaned up has no version 0 any more, so that the put alone would not tell.
    private boolean isThere(Location location) {
        try {
            snapshots.latest(location);
            return true;
        } catch (TableMissingException free) {
            return false;
        } catch (FailureException unreadable) {
            return switch (unreadable.failure()) {
                case Failure.TableCorrupt _, Failure.UnsupportedTableFeature _ -> true;
                default -> throw unreadable;
            };
        }
    }
}
