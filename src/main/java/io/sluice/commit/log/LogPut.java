package io.sluice.commit.log;

import io.sluice.delta.Action;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts one version's log entry, exactly once, and finds out whether it is there when the store's answer says little
/// or never comes.
///
/// Every answer but "created" and "refused" is settled by reading the entry back: our `commitInfo.txnId` on its first
/// line means that we wrote it (and it is made durable anew), another one that the race is lost. An entry that is not
/// there is put again with the same bytes, so that an earlier attempt that takes effect late can only create what we
/// want. What is still open at the deadline is unknown, never a failure.
public final class LogPut {

    private static final Logger LOG = LoggerFactory.getLogger(LogPut.class);

    /// What became of the entry.
    public sealed interface Result {

        /// It is there, durably, and it is ours.
        record Won() implements Result {}

        /// Another writer's entry has this version; ours is not in the log and cannot come there.
        record Lost() implements Result {}

        /// The store refused it: it is not in the log and will not be.
        record Refused(Exception cause) implements Result {}

        /// It may be there, or come to be there.
        record Unknown() implements Result {}
    }

    private enum Found {
        OURS,
        ANOTHERS,
        NOTHING,
        UNREADABLE
    }

    private final Clock clock;
    private final Sleeper sleeper;
    private final FullJitter backoff;

    public LogPut(Clock clock, Sleeper sleeper, FullJitter backoff) {
        this.clock = clock;
        this.sleeper = sleeper;
        this.backoff = backoff;
    }

    /// @param content one action a line, `commitInfo` with this `txnId` first
    /// @param deadline after which no further attempt is made; the attempt under way is bounded by the storage
    public Result put(Storage storage, Location file, long version, byte[] content, String txnId, Instant deadline) {
        boolean mayBeOurs = false;
        for (int retry = 1; ; retry++) {
            switch (attempt(storage, file, content)) {
                case PutOutcome.Created _ -> {
                    return new Result.Won();
                }
                case PutOutcome.Refused(Exception cause) -> {
                    if (!mayBeOurs) {
                        return new Result.Refused(cause);
                    }
                }
                case PutOutcome.Undecided(Exception cause) -> {
                    mayBeOurs = true;
                    LOG.warn("No answer to the put of {} ({}): reading it back", file, cause.toString());
                }
                // A retry that something on the way hides, finds the entry that it made itself.
                case PutOutcome.AlreadyExists _ -> mayBeOurs = true;
            }
            switch (find(storage, file, version, content, txnId)) {
                case OURS -> {
                    return new Result.Won();
                }
                case ANOTHERS -> {
                    return new Result.Lost();
                }
                case NOTHING, UNREADABLE -> {
                    if (!pause(retry, deadline)) {
                        return new Result.Unknown();
                    }
                }
            }
        }
    }

    private static PutOutcome attempt(Storage storage, Location file, byte[] content) {
        try {
            return storage.putIfAbsent(file, content);
        } catch (RuntimeException unexpected) {
            return new PutOutcome.Undecided(unexpected);
        }
    }

    private Found find(Storage storage, Location file, long version, byte[] content, String txnId) {
        try {
            FirstLine line = FirstLine.read(storage, file);
            Optional<String> found = line.commitInfo(version).flatMap(Action.CommitInfo::txnId);
            if (found.isPresent()) {
                if (!found.get().equals(txnId)) {
                    return Found.ANOTHERS;
                }
                storage.makeDurable(file);
                return Found.OURS;
            }
            return line.mayBeginOf(content) ? Found.UNREADABLE : Found.ANOTHERS;
        } catch (NoSuchFileException absent) {
            return Found.NOTHING;
        } catch (IOException | RuntimeException silent) {
            LOG.warn("Cannot read {} back, or not make it durable: {}", file, silent.toString());
            return Found.UNREADABLE;
        }
    }

    private boolean pause(int retry, Instant deadline) {
        if (!clock.instant().isBefore(deadline)) {
            return false;
        }
        try {
            sleeper.sleep(backoff.before(retry));
            return true;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
