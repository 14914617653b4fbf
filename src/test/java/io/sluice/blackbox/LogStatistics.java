package io.sluice.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The statistics of live files as the log has them, read without Sluice from the JSON entries of a whole log.
final class LogStatistics {

    private LogStatistics() {}

    static List<JsonNode> liveFiles(Path table) {
        Map<String, JsonNode> live = new LinkedHashMap<>();
        try (var entries = Files.list(table.resolve("_delta_log"))) {
            for (Path entry : entries.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                for (String line : Files.readAllLines(entry)) {
                    JsonNode action = Answer.JSON.readTree(line);
                    if (action.has("remove")) {
                        live.remove(action.path("remove").path("path").asString());
                    } else if (action.has("add")) {
                        live.put(
                                action.path("add").path("path").asString(),
                                Answer.JSON.readTree(
                                        action.path("add").path("stats").asString("{}")));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(live.values());
    }
}
