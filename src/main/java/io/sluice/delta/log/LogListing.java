package io.sluice.delta.log;

import io.sluice.storage.FileEntry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a listing of `_delta_log` shows: commits and complete checkpoints by version.
public final class LogListing {

    private static final Pattern CHECKPOINT =
            Pattern.compile("\\d{20}\\.checkpoint(?:\\.(\\d{10})\\.(\\d{10})|\\.[0-9A-Za-z-]{36})?\\.(?:parquet|json)");

    /// The files of one complete checkpoint, without sidecars.
    public record Checkpoint(long version, List<FileEntry> files) {}

    private static final Pattern COMPACTION = Pattern.compile("(\\d{20})\\.(\\d{20})\\.compacted\\.json");

    /// A file that holds the reconciled actions of a range of commits.
    public record Compaction(long first, long last, FileEntry file) {}

    private final NavigableMap<Long, FileEntry> commits = new TreeMap<>();
    private final NavigableMap<Long, Compaction> compactions = new TreeMap<>();
    private final NavigableMap<Long, List<Checkpoint>> checkpoints = new TreeMap<>();

    LogListing(List<FileEntry> files) {
        Map<Long, Map<Integer, List<FileEntry>>> parts = new TreeMap<>();
        for (FileEntry file : files) {
            String name = file.name();
            OptionalLong commit = LogFiles.commitVersion(name);
            if (commit.isPresent()) {
                commits.put(commit.getAsLong(), file);
            } else if (file.sizeBytes() > 0 && name.startsWith(".checkpoint", 20)) {
                checkpoint(file, parts);
            } else if (file.sizeBytes() > 0 && LogFiles.isCompaction(name)) {
                compaction(file);
            }
        }
        parts.forEach((version, byCount) -> byCount.forEach((count, found) -> {
            if (found.size() == count) {
                addCheckpoint(version, found);
            }
        }));
    }

    /// Of several that begin at one version the longest.
    private void compaction(FileEntry file) {
        Matcher name = COMPACTION.matcher(file.name());
        if (name.matches() && name.group(1).compareTo(name.group(2)) < 0) {
            Compaction found = new Compaction(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)), file);
            compactions.merge(found.first(), found, (one, other) -> one.last() >= other.last() ? one : other);
        }
    }

    private void checkpoint(FileEntry file, Map<Long, Map<Integer, List<FileEntry>>> parts) {
        Matcher name = CHECKPOINT.matcher(file.name());
        OptionalLong version = LogFiles.version(file.name());
        if (version.isEmpty() || !name.matches()) {
            return;
        }
        if (name.group(2) == null) {
            addCheckpoint(version.getAsLong(), List.of(file));
            return;
        }
        long count = Long.parseLong(name.group(2));
        if (count <= Integer.MAX_VALUE) {
            parts.computeIfAbsent(version.getAsLong(), _ -> new TreeMap<>())
                    .computeIfAbsent((int) count, _ -> new ArrayList<>())
                    .add(file);
        }
    }

    private void addCheckpoint(long version, List<FileEntry> files) {
        checkpoints.computeIfAbsent(version, _ -> new ArrayList<>()).add(new Checkpoint(version, List.copyOf(files)));
    }

    public boolean isEmpty() {
        return commits.isEmpty() && checkpoints.isEmpty();
    }

    /// Commits by version, as far as the listing goes back.
    public NavigableMap<Long, FileEntry> commits() {
        return Collections.unmodifiableNavigableMap(commits);
    }

    /// Complete checkpoints of this version or before, the newest first.
    public List<Checkpoint> checkpointsUpTo(long version) {
        return checkpoints.headMap(version, true).descendingMap().values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /// The newest version that the listing shows.
    public long latest() {
        return Math.max(commits.isEmpty() ? -1 : commits.lastKey(), checkpoints.isEmpty() ? -1 : checkpoints.lastKey());
    }

    /// The oldest version that can be read: 0 where the log still begins there, else that of the oldest checkpoint
    /// which the commits follow. A log that is being cleaned up has older checkpoints, with a gap behind them.
    /// A gap between commits is damage, and not looked for here.
    ///
    /// @param latest the newest version, which is the answer where there is nothing else
    public long earliest(long latest) {
        if (commits.containsKey(0L)) {
            return 0;
        }
        long first = commits.isEmpty() ? latest : commits.firstKey();
        Long checkpoint = checkpoints.ceilingKey(first - 1);
        return checkpoint == null ? latest : Math.min(checkpoint, latest);
    }

    /// A compaction of the commits from this one on that ends before `end`.
    public Optional<Compaction> compactionFrom(long first, long end) {
        return Optional.ofNullable(compactions.get(first)).filter(found -> found.last() < end);
    }

    /// The first of the commits that are there without a gap up to this one; this one when it is not there itself.
    public long firstOfRunTo(long last) {
        long first = last;
        if (commits.containsKey(last)) {
            for (long version : commits.headMap(last, false).descendingKeySet()) {
                if (version != first - 1) {
                    break;
                }
                first = version;
            }
        }
        return first;
    }

    /// Whether every commit from `first` to `last` is there.
    public boolean hasCommits(long first, long last) {
        return first > last || commits.subMap(first, true, last, true).size() == last - first + 1;
    }
}
