package io.sluice.commit.simulation;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The store itself: strongly consistent, each request at one moment of the world's time.
final class SimulatedStore {

    private final World world;
    private final Condition condition;
    private final TreeMap<String, Stored> objects = new TreeMap<>();

    private record Stored(Location location, byte[] content, Instant modified) {
        FileEntry entry() {
            return new FileEntry(location, content.length, modified, FileEntry.Kind.FILE);
        }
    }

    /// What becomes of `If-None-Match`.
    enum Condition {
        HONOURED,
        IGNORED
    }

    SimulatedStore(World world, Condition condition) {
        this.world = world;
        this.condition = condition;
    }

    PutOutcome putIfAbsent(Location file, byte[] content) {
        if (condition == Condition.HONOURED && objects.containsKey(file.path())) {
            return new PutOutcome.AlreadyExists();
        }
        put(file, content);
        return new PutOutcome.Created();
    }

    void put(Location file, byte[] content) {
        Instant now = world.instant().truncatedTo(ChronoUnit.MILLIS);
        objects.put(file.path(), new Stored(file, content.clone(), now));
    }

    Optional<byte[]> get(Location file) {
        return Optional.ofNullable(objects.get(file.path())).map(Stored::content);
    }

    Optional<String> text(Location file) {
        return get(file).map(content -> new String(content, StandardCharsets.UTF_8));
    }

    Optional<FileEntry> find(Location file) {
        return Optional.ofNullable(objects.get(file.path())).map(Stored::entry);
    }

    List<FileEntry> list(Location directory, String startAt) {
        String prefix = directory.path() + "/";
        List<FileEntry> entries = new ArrayList<>();
        for (var object : objects.tailMap(prefix + startAt, true).entrySet()) {
            if (!object.getKey().startsWith(prefix)) {
                break;
            }
            if (object.getKey().indexOf('/', prefix.length()) < 0) {
                entries.add(object.getValue().entry());
            }
        }
        return entries;
    }

    void delete(Location file) {
        objects.remove(file.path());
    }

    void deleteTree(Location directory) {
        objects.keySet().removeIf(path -> path.startsWith(directory.path() + "/"));
    }
}
