package io.sluice.delta.log;

import io.sluice.delta.LogEntry;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.kernel.KernelFailures;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;

/// Reads `_delta_log`: listings, single commits, the hint of the last checkpoint. Trouble with the store is
/// `storage-unavailable`.
public final class LogReader {

    private static final int LISTED_FROM = 20_000;

    /// In versions; a page of a listing on S3 holds about as many.
    private static final long NEAR = 800;

    private static final long FURTHER = 10;

    private final Storages storages;

    public LogReader(Storages storages) {
        this.storages = storages;
    }

    /// Everything in the log from this version on.
    public LogListing list(Location table, long fromVersion) {
        try {
            return new LogListing(storages.of(table)
                    .list(LogFiles.directory(table), fromVersion <= 0 ? "" : LogFiles.prefix(fromVersion)));
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }

    /// The log from one version to another, both included, and nothing of what comes after.
    public LogListing list(Location table, long fromVersion, long toVersion) {
        try {
            return new LogListing(storages.of(table)
                    .listFiles(
                            LogFiles.directory(table),
                            LogFiles.prefix(fromVersion),
                            LogFiles.prefix(Math.addExact(toVersion, 1))));
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }

    /// Listings that end with this version, each of which goes further back than the one before, the last one to
    /// the beginning of the log: who looks for a checkpoint mostly finds it in the first.
    public Iterable<LogListing> backFrom(Location table, long version) {
        List<Long> from = new ArrayList<>();
        for (long back = NEAR; back < version; back *= FURTHER) {
            from.add(version - back);
        }
        from.add(0L);
        return () -> from.stream().map(first -> list(table, first, version)).iterator();
    }

    /// The commit of this version, if it is there.
    public Optional<LogEntry> commit(Location table, long version) {
        Location file = LogFiles.commit(table, version);
        try {
            // Asked for all the time, and mostly there is none.
            Optional<FileEntry> entry = storages.of(table).findFile(file);
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            byte[] content = storages.of(table).read(file);
            return Optional.of(LogEntryCodec.decode(version, entry.get().modified(), content));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }

    /// The commit that a listing showed.
    ///
    /// @throws io.sluice.table.FailureException `table-corrupt` also when it is gone
    public LogEntry commit(FileEntry file, long version) {
        return find(file, version)
                .orElseThrow(() ->
                        new Failure.TableCorrupt("the log entry of version " + version + " is missing").asException());
    }

    /// The same, or nothing when it is gone: cleaned up meanwhile, or dropped with its table.
    public Optional<LogEntry> find(FileEntry file, long version) {
        try {
            return Optional.of(LogEntryCodec.decode(
                    version, file.modified(), storages.of(file.location()).read(file.location())));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }

    /// The commit's file as it is now.
    public Optional<FileEntry> findCommit(Location table, long version) {
        try {
            return storages.of(table).find(LogFiles.commit(table, version));
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }

    /// Whether every commit from `first` to `last` is there. On a local disk few of them are looked for by name,
    /// since a listing reads the whole folder.
    public boolean hasCommits(Location table, long first, long last) {
        if (!table.isLocal() || last - first > LISTED_FROM) {
            return list(table, first).hasCommits(first, last);
        }
        for (long version = first; version <= last; version++) {
            if (findCommit(table, version).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /// The version that `_last_checkpoint` names; it is a hint, so one that cannot be read is none.
    public OptionalLong lastCheckpoint(Location table) {
        try {
            byte[] content = storages.of(table).read(LogFiles.lastCheckpoint(table));
            Object version = JsonValues.parseObject(new String(content, java.nio.charset.StandardCharsets.UTF_8))
                    .get("version");
            return version instanceof Long number && number >= 0 ? OptionalLong.of(number) : OptionalLong.empty();
        } catch (NoSuchFileException | JacksonException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }
}
