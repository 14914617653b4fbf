package io.sluice.blackbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Reads an unpartitioned table of plain commits from its files, without the service: the commits as JSON, the data by
/// a DuckDB of its own.
final class ForeignReader {

    private ForeignReader() {}

    /// The commits' lines, version by version without a gap.
    static List<List<JsonNode>> commits(Path table) throws IOException {
        var commits = new ArrayList<List<JsonNode>>();
        for (Path commit = commit(table, 0); Files.exists(commit); commit = commit(table, commits.size())) {
            commits.add(Files.readAllLines(commit).stream()
                    .map(Answer.JSON::readTree)
                    .toList());
        }
        return commits;
    }

    private static Path commit(Path table, int version) {
        return table.resolve("_delta_log").resolve(String.format("%020d.json", version));
    }

    /// The values of a `BIGINT` column in all live files, sorted.
    static List<Long> longs(Path table, String column) throws IOException, SQLException {
        Set<String> live = new LinkedHashSet<>();
        for (List<JsonNode> commit : commits(table)) {
            for (JsonNode action : commit) {
                if (action.has("add")) {
                    live.add(table.resolve(
                                    URI.create(action.path("add").path("path").asString())
                                            .getPath())
                            .toString());
                }
                if (action.has("remove")) {
                    live.remove(table.resolve(URI.create(
                                            action.path("remove").path("path").asString())
                                    .getPath())
                            .toString());
                }
            }
        }
        var values = new ArrayList<Long>();
        if (live.isEmpty()) {
            return values;
        }
        String files = "['" + String.join("','", live) + "']";
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var statement = connection.createStatement();
                var result = statement.executeQuery(
                        "SELECT \"" + column + "\" FROM read_parquet(" + files + ") ORDER BY 1")) {
            while (result.next()) {
                values.add(result.getLong(1));
            }
        }
        return values;
    }
}
