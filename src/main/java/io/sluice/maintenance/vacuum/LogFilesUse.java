package io.sluice.maintenance.vacuum;

import io.sluice.delta.Action;
import io.sluice.delta.CommitHistory;
import io.sluice.delta.DataFile;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.LogEntry;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongFunction;

/// Which files below the table the log names, and for whom: their paths relative to the table.
///
/// @param needed by a version that is kept: live files, files that a commit within the retention added, removed or
///     told changes in, and their deletion vectors
/// @param given up before it: files that older commits removed, their deletion vectors, and change files of older
///     commits, as far as the log still tells; some of them may be needed
record LogFilesUse(Set<String> needed, Set<String> given) {

    /// How far back the log is read.
    enum Depth {
        /// As far as it tells what is needed.
        NEEDED,
        /// As far as it goes: tells also what was given up.
        WHOLE
    }

    /// What a vacuum keeps.
    ///
    /// @param since the beginning of the retention
    /// @param sinceVersion versions from here on, whatever their age
    /// @param versions further ones
    /// @param loaded reads one of them; there is one at a time in memory
    record Kept(Instant since, long sinceVersion, List<Long> versions, LongFunction<TableSnapshot> loaded) {}

    /// What reads of files go through.
    record Log(CommitHistory history, Storages storages, DeletionVectors vectors) {}

    /// @param latest the newest version
    /// @throws FailureException `version-not-found` when commits that are kept are no longer in the log
    static LogFilesUse of(TableSnapshot latest, Kept kept, Depth depth, Log log) {
        var reading = new Reading(latest, log, new HashSet<>(), new HashSet<>());
        reading.live(latest);
        for (long version : kept.versions()) {
            reading.live(kept.loaded().apply(version));
        }
        long version = latest.version();
        boolean reached = false;
        while (version >= 0 && !(reached && depth == Depth.NEEDED)) {
            Optional<LogEntry> entry = log.history().entry(latest.location(), version);
            if (entry.isEmpty()) {
                break;
            }
            boolean within = version > kept.sinceVersion() || !time(entry.get()).isBefore(kept.since());
            reached |= !within;
            reading.read(entry.get(), within, kept.since());
            version--;
        }
        if (!reached && version >= 0) {
            throw new Failure.VersionNotFound(
                            "the commits since " + kept.since(),
                            Math.min(version + 1, latest.version()),
                            latest.version())
                    .asException();
        }
        return new LogFilesUse(reading.needed, reading.given);
    }

    /// The second look: what commits name that came since another version. Whatever else is needed was needed
    /// then.
    static Set<String> since(TableSnapshot before, TableSnapshot latest, Log log) {
        var reading = new Reading(latest, log, new HashSet<>(), new HashSet<>());
        if (!latest.metadata().id().equals(before.metadata().id()) || latest.version() < before.version()) {
            throw new Failure.MetadataChanged(latest.version()).asException();
        }
        for (long version = latest.version(); version > before.version(); version--) {
            long missing = version;
            LogEntry entry = log.history()
                    .entry(latest.location(), version)
                    .orElseThrow(() ->
                            new Failure.VersionNotFound("version " + missing, missing, latest.version()).asException());
            reading.read(entry, true, Instant.MIN);
        }
        return reading.needed;
    }

    /// The later of what the entry and the store say.
    private static Instant time(LogEntry entry) {
        OptionalLong inCommit =
                entry.commitInfo().map(Action.CommitInfo::inCommitTimestamp).orElse(OptionalLong.empty());
        Instant told = inCommit.isPresent() ? Instant.ofEpochMilli(inCommit.getAsLong()) : Instant.MIN;
        return told.isAfter(entry.fileModified()) ? told : entry.fileModified();
    }

    private record Reading(TableSnapshot table, Log log, Set<String> needed, Set<String> given) {

        void live(TableSnapshot version) {
            version.files().forEach(file -> add(file.add().path(), file.add().deletionVector(), needed));
        }

        void read(LogEntry entry, boolean within, Instant cutoff) {
            for (Action action : entry.actions()) {
                switch (action) {
                    case Action.AddFile add -> {
                        if (within) {
                            add(add.path(), add.deletionVector(), needed);
                        }
                    }
                    case Action.RemoveFile remove -> {
                        boolean young = !within && remove.deletionTimestamp().orElse(0) >= cutoff.toEpochMilli();
                        add(remove.path(), remove.deletionVector(), within || young ? needed : given);
                    }
                    case Action.AddCdcFile cdc -> add(cdc.path(), Optional.empty(), within ? needed : given);
                    case Action.Metadata _,
                            Action.Protocol _,
                            Action.SetTransaction _,
                            Action.DomainMetadata _,
                            Action.CommitInfo _,
                            Action.Other _ -> {}
                }
            }
        }

        void add(String path, Optional<Action.DeletionVector> vector, Set<String> files) {
            try {
                add(DataFile.locate(table.location(), path, log.storages()), files);
                vector.flatMap(named -> log.vectors().file(table, named)).ifPresent(file -> add(file, files));
            } catch (FailureException outside) {
                // A file that lies elsewhere is nothing that a vacuum of this table could delete.
                if (!(outside.failure() instanceof Failure.TableCorrupt)) {
                    throw outside;
                }
            }
        }

        void add(Location file, Set<String> files) {
            if (file.isWithin(table.location()) && !file.equals(table.location())) {
                files.add(TableListing.relative(table.location(), file));
            }
        }
    }
}
