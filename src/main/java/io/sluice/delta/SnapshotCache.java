package io.sluice.delta;

import io.sluice.storage.Location;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Bounds what snapshots keep in memory, by files: the newest versions of the tables that were used last, and old
/// versions that were asked for.
final class SnapshotCache {

    /// A live file takes about a kilobyte with its statistics.
    private static final long MAX_LATEST_FILES = 1_000_000;

    private static final long MAX_OLD_FILES = 250_000;
    private static final int MAX_TABLES = 10_000;
    private static final int MAX_OLD_VERSIONS = 256;

    private record VersionKey(Location table, long version) {}

    private final Map<Location, Integer> latest = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<VersionKey, LoadedSnapshot> old = new LinkedHashMap<>(16, 0.75f, true);
    private long latestFiles;
    private long oldFiles;

    /// Notes that a table was used and has so many files.
    ///
    /// @return tables whose state must go to make room, the one longest unused first
    synchronized List<Location> used(Location table, int files) {
        Integer before = latest.put(table, files);
        latestFiles += files - (before == null ? 0 : before);
        List<Location> evicted = new ArrayList<>();
        var eldest = latest.entrySet().iterator();
        while (latestFiles > MAX_LATEST_FILES || latest.size() > MAX_TABLES) {
            Map.Entry<Location, Integer> candidate = eldest.next();
            if (candidate.getKey().equals(table)) {
                break;
            }
            latestFiles -= candidate.getValue();
            evicted.add(candidate.getKey());
            eldest.remove();
        }
        return evicted;
    }

    synchronized Optional<LoadedSnapshot> find(Location table, long version) {
        return Optional.ofNullable(old.get(new VersionKey(table, version)));
    }

    synchronized void keep(LoadedSnapshot snapshot) {
        if (snapshot.files().size() > MAX_OLD_FILES) {
            return;
        }
        LoadedSnapshot before = old.put(new VersionKey(snapshot.location(), snapshot.version()), snapshot);
        oldFiles +=
                snapshot.files().size() - (before == null ? 0 : before.files().size());
        var eldest = old.values().iterator();
        while (oldFiles > MAX_OLD_FILES || old.size() > MAX_OLD_VERSIONS) {
            oldFiles -= eldest.next().files().size();
            eldest.remove();
        }
    }

    synchronized void forget(Location table) {
        Integer files = latest.remove(table);
        latestFiles -= files == null ? 0 : files;
        forgetOld(table);
    }

    synchronized void forgetOld(Location table) {
        old.values().removeIf(snapshot -> {
            boolean gone = snapshot.location().equals(table);
            oldFiles -= gone ? snapshot.files().size() : 0;
            return gone;
        });
    }
}
