package io.sluice.commit.group;

import io.sluice.commit.CommitSettings;
import io.sluice.commit.entry.CommitEntry;
import io.sluice.commit.log.FullJitter;
import io.sluice.commit.log.LogFile;
import io.sluice.commit.log.LogPut;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.trace.Stages;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts an entry that follows the newest version, and waits before the next attempt when that was lost.
public final class EntryPut {

    private static final Logger LOG = LoggerFactory.getLogger(EntryPut.class);

    private final LogPut logPut;
    private final FullJitter backoff;
    private final CommitSettings settings;
    private final Surroundings surroundings;
    private final String engineInfo;

    /// @param engineInfo `Sluice/<version>`
    public EntryPut(
            LogPut logPut, FullJitter backoff, CommitSettings settings, Surroundings surroundings, String engineInfo) {
        this.logPut = logPut;
        this.backoff = backoff;
        this.settings = settings;
        this.surroundings = surroundings;
        this.engineInfo = engineInfo;
    }

    /// Of an entry that is made now.
    public CommitEntry.Author author() {
        return author(surroundings.ids().get().toString());
    }

    /// @param txnId by which the entry will be recognised
    public CommitEntry.Author author(String txnId) {
        return new CommitEntry.Author(engineInfo, surroundings.clock().instant(), txnId);
    }

    /// Never fails: what went wrong on the way leaves the outcome unknown.
    ///
    /// @param content the entry, encoded before anything of it is on its way
    public LogPut.Result put(Storage storage, Location table, CommitEntry entry, byte[] content, Instant deadline) {
        try {
            Instant silence = surroundings.clock().instant().plus(settings.silenceTime());
            return Stages.run(
                    "put",
                    () -> logPut.put(
                            storage,
                            LogFile.of(table, entry.version()),
                            entry.version(),
                            content,
                            entry.txnId(),
                            deadline.isBefore(silence) ? deadline : silence));
        } catch (RuntimeException | Error unexpected) {
            LOG.error("The outcome of version {} of {} is lost", entry.version(), table, unexpected);
            return new LogPut.Result.Unknown();
        }
    }

    /// Waits before the next attempt.
    ///
    /// @param attempt that was made, counted from 1
    /// @return whether there may be another one
    public boolean pause(int attempt, Instant deadline) {
        if (attempt >= settings.attempts() || !surroundings.clock().instant().isBefore(deadline)) {
            return false;
        }
        try {
            surroundings.sleeper().sleep(backoff.before(attempt));
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
