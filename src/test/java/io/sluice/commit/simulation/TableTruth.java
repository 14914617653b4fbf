package io.sluice.commit.simulation;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The table as its log and files on the store say, read by the protocol's text and without the code under test.
final class TableTruth {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final SimulatedStore store;
    private final Location table;
    private final List<String> violations = new ArrayList<>();
    private final Map<String, JsonNode> live = new LinkedHashMap<>();
    private final Map<String, Long> addedBy = new HashMap<>();
    private final Map<Long, Set<String>> addedIn = new HashMap<>();
    private long versions;
    private final long checkpoints;

    TableTruth(SimulatedStore store, Location table) {
        this.store = store;
        this.table = table;
        List<FileEntry> log = store.list(table.resolve("_delta_log"), "");
        long entries =
                log.stream().filter(file -> file.name().endsWith(".json")).count();
        checkpoints = log.stream()
                .filter(file -> file.name().endsWith(".checkpoint.parquet"))
                .count();
        long time = Long.MIN_VALUE;
        for (Optional<String> entry = entry(0); entry.isPresent(); entry = entry(++versions)) {
            for (String line : entry.get().split("\n")) {
                JsonNode action = JSON.readTree(line);
                apply(action);
                JsonNode inCommit = action.path("commitInfo").path("inCommitTimestamp");
                if (inCommit.isNumber()) {
                    if (inCommit.asLong() <= time) {
                        violations.add("version " + versions + " is not younger than the one before");
                    }
                    time = inCommit.asLong();
                }
            }
        }
        if (entries != versions) {
            violations.add(entries + " log entries, but only " + versions + " without a gap");
        }
        rowIds();
    }

    private Optional<String> entry(long version) {
        return store.text(table.resolve("_delta_log/%020d.json".formatted(version)));
    }

    private void apply(JsonNode action) {
        JsonNode add = action.path("add");
        if (add.isObject()) {
            String path = add.path("path").asString();
            live.put(path, add);
            Long before = addedBy.put(path, versions);
            if (before != null) {
                // One row for who reads the newest version, two for who follows the commits.
                violations.add("versions " + before + " and " + versions + " both bring " + path);
            }
            addedIn.computeIfAbsent(versions, _ -> new HashSet<>()).add(path);
            if (store.find(table.resolve(path)).isEmpty()) {
                violations.add("version " + versions + " names " + path + ", which is not there");
            }
        }
        JsonNode remove = action.path("remove");
        if (remove.isObject() && live.remove(remove.path("path").asString()) == null) {
            violations.add("version " + versions + " removes "
                    + remove.path("path").asString() + ", which is not in the table");
        }
    }

    private void rowIds() {
        TreeMap<Long, Long> ends = new TreeMap<>();
        for (JsonNode add : live.values()) {
            JsonNode base = add.path("baseRowId");
            if (base.isNumber()) {
                long rows = JSON.readTree(add.path("stats").asString())
                        .path("numRecords")
                        .asLong();
                if (ends.put(base.asLong(), base.asLong() + rows) != null) {
                    violations.add("two files begin with row id " + base);
                }
            }
        }
        long end = -1;
        for (Map.Entry<Long, Long> range : ends.entrySet()) {
            if (range.getKey() < end) {
                violations.add("row ids from " + range.getKey() + " are given twice");
            }
            end = range.getValue();
        }
    }

    List<String> violations() {
        return violations;
    }

    long versions() {
        return versions;
    }

    long checkpoints() {
        return checkpoints;
    }

    /// How often each line is in the newest version.
    Map<String, Integer> lines() {
        Map<String, Integer> count = new HashMap<>();
        for (String path : live.keySet()) {
            for (String line : lines(path)) {
                count.merge(line, 1, Integer::sum);
            }
        }
        return count;
    }

    /// The lines that a version brought.
    Set<String> linesAddedIn(long version) {
        Set<String> lines = new HashSet<>();
        addedIn.getOrDefault(version, Set.of()).forEach(path -> lines.addAll(lines(path)));
        return lines;
    }

    /// The numbers that versions added, in their order.
    List<Long> numbers() {
        List<Long> numbers = new ArrayList<>();
        for (long version = 0; version < versions; version++) {
            for (String path : addedIn.getOrDefault(version, Set.of())) {
                if (path.startsWith("number-")) {
                    numbers.add(Long.valueOf(path.split("-", 3)[1]));
                }
            }
        }
        return numbers;
    }

    private List<String> lines(String path) {
        return store.text(table.resolve(path)).orElse("").lines().toList();
    }
}
