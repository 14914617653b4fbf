package io.sluice.blackbox;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// A table of one test, made through the service.
record Table(RunningSluice sluice, String name) {

    private static final AtomicLong NEXT = new AtomicLong();

    /// @param columns `name type`, with `not null` at the end where nulls are refused
    static Table of(RunningSluice sluice, String... columns) {
        return with(sluice, "", columns);
    }

    /// @param members further members of the request, with a comma in front: `,"partitionBy":["p"]`
    static Table with(RunningSluice sluice, String members, String... columns) {
        var table = new Table(sluice, "scenario.t" + NEXT.incrementAndGet());
        sluice.post("/v1/tables")
                .json("{\"name\":\"" + table.name + "\",\"columns\":" + columns(columns) + members + "}")
                .send()
                .expect(201);
        return table;
    }

    /// A name that nothing has, for tests that create themselves.
    static Table unmade(RunningSluice sluice) {
        return new Table(sluice, "scenario.t" + NEXT.incrementAndGet());
    }

    static String columns(String... columns) {
        return Stream.of(columns).map(Table::column).collect(Collectors.joining(",", "[", "]"));
    }

    private static String column(String column) {
        String[] parts = column.split(" ", 2);
        String type = parts[1].replace(" not null", "");
        return "{\"name\":\"" + parts[0] + "\",\"type\":\"" + type + "\",\"nullable\":" + type.equals(parts[1]) + "}";
    }

    String path() {
        return "/v1/tables/" + name;
    }

    Path directory() {
        return sluice.root().resolve(name.replace('.', '/'));
    }

    /// What the table is made of: its commits and data files, with their sizes. Checkpoints and checksums come in
    /// the background and say nothing new.
    SortedMap<String, Long> files() {
        SortedMap<String, Long> files = Trees.listing(directory());
        files.keySet().removeIf(path -> path.startsWith("_delta_log/") && !path.endsWith(".json"));
        return files;
    }

    Call post() {
        return sluice.post(path() + "/rows");
    }

    /// Posts rows that must be taken.
    JsonNode append(String json) {
        return post().json(json).send().expect(200).json();
    }

    Call rows() {
        return sluice.get(path() + "/rows");
    }

    Call get(String what) {
        return sluice.get(path() + what);
    }

    JsonNode show() {
        return sluice.get(path()).send().expect(200).json();
    }

    long version() {
        return show().path("version").asLong(-1);
    }

    /// All rows of the latest version, sorted.
    List<String> content() {
        return rows().accept("application/x-ndjson").send().expect(200).lines().stream()
                .map(JsonNode::toString)
                .sorted()
                .toList();
    }

    long count() {
        return get("/count").send().expect(200).json().path("count").asLong(-1);
    }
}
