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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Which files the log names, and for whom.
///
/// @param needed by a version within the retention: live files, files that a commit within the retention added,
///     removed or told changes in, and their deletion vectors
/// @param given up before it: files that older commits removed, their deletion vectors, and change files of older
///     commits, as far as the log still tells; some of them may be needed
record LogFilesUse(Set<Location> needed, Set<Location> given) {

    /// How far back the log is read.
    enum Depth {
        /// To the retention: tells what is needed.
        RETENTION,
        /// As far as it goes: tells also what was given up.
        WHOLE
    }

    /// @param latest the newest version
    /// @param cutoff the beginning of the retention
    /// @throws FailureException `version-not-found` when commits within the retention are no longer in the log
    static LogFilesUse of(
            TableSnapshot latest,
            Instant cutoff,
            Depth depth,
            CommitHistory history,
            Storages storages,
            DeletionVectors vectors) {
        var reading = new Reading(latest, storages, vectors, new HashSet<>(), new HashSet<>());
        latest.files().forEach(file -> reading.add(file.add().path(), file.add().deletionVector(), reading.needed));
        long version = latest.version();
        boolean reached = false;
        while (version >= 0 && !(reached && depth == Depth.RETENTION)) {
            Optional<LogEntry> entry = history.entry(latest.location(), version);
            if (entry.isEmpty()) {
                break;
            }
            boolean within = !time(entry.get()).isBefore(cutoff);
            reached |= !within;
            reading.read(entry.get(), within, cutoff);
            version--;
        }
        if (!reached && version >= 0) {
            throw new Failure.VersionNotFound(
                            "the commits since " + cutoff, Math.min(version + 1, latest.version()), latest.version())
                    .asException();
        }
        return new LogFilesUse(reading.needed, reading.given);
    }

    /// The later of what the entry and the store say.
    private static Instant time(LogEntry entry) {
        OptionalLong inCommit =
                entry.commitInfo().map(Action.CommitInfo::inCommitTimestamp).orElse(OptionalLong.empty());
        Instant told = inCommit.isPresent() ? Instant.ofEpochMilli(inCommit.getAsLong()) : Instant.MIN;
        return told.isAfter(entry.fileModified()) ? told : entry.fileModified();
    }

    private record Reading(
            TableSnapshot table,
            Storages storages,
            DeletionVectors vectors,
            Set<Location> needed,
            Set<Location> given) {

        void read(LogEntry entry, boolean within, Instant cutoff) {
            for (Action action : entry.actions()) {
                switch (action) {
                    case Action.AddFile add -> {
                        if (within) {
                            add(add.path(), add.deletionVector(), needed);
                        }
                    }
                    case Action.RemoveFile remove -> {
                        boolean young = remove.deletionTimestamp().orElse(0) >= cutoff.toEpochMilli();
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

        void add(String path, Optional<Action.DeletionVector> vector, Set<Location> files) {
            try {
                files.add(DataFile.locate(table.location(), path, storages));
                vector.flatMap(named -> vectors.file(table, named)).ifPresent(files::add);
            } catch (FailureException outside) {
                // A file that lies elsewhere is nothing that a vacuum of this table could delete.
                if (!(outside.failure() instanceof Failure.TableCorrupt)) {
                    throw outside;
                }
            }
        }
    }
}
