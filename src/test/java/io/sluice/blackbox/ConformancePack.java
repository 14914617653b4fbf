package io.sluice.blackbox;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Real Delta tables with what a correct reader answers; where they lie says the system property `sluice.conformance`.
final class ConformancePack {

    private final Path folder;
    private final JsonNode content;
    private final Set<String> copied = ConcurrentHashMap.newKeySet();

    /// One question and what must come back.
    record Case(JsonNode content) {
        String id() {
            return content.path("id").asString();
        }

        String kind() {
            return content.path("kind").asString();
        }

        String table() {
            return content.path("table").asString();
        }

        boolean disputed() {
            return content.path("disputed").asBoolean(false);
        }

        JsonNode expected() {
            return content.path("expect");
        }
    }

    private ConformancePack(Path folder) {
        this.folder = folder;
        this.content = Answer.JSON.readTree(folder.resolve("cases.json").toFile());
    }

    /// The pack, or a skipped test where there is none.
    static ConformancePack open() {
        Path folder = Path.of(System.getProperty("sluice.conformance", "../shared/conformance"));
        assumeTrue(
                Files.exists(folder.resolve("cases.json")),
                () -> "skipped: no conformance pack at " + folder + ", set -Dsluice.conformance=<folder>");
        return new ConformancePack(folder);
    }

    Path folder() {
        return folder;
    }

    Stream<Case> cases() {
        return content.path("cases").valueStream().map(Case::new);
    }

    List<JsonNode> tables() {
        return content.path("tables").valueStream().toList();
    }

    JsonNode table(String name) {
        return tables().stream()
                .filter(table -> table.path("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// Puts a table below the root of a service, once.
    ///
    /// @return the name under which the service knows it
    String serve(String table, RunningSluice sluice, String schema) {
        String segment = table.replaceAll("[^A-Za-z0-9_]", "_");
        if (copied.add(schema + "." + segment)) {
            Path target = sluice.tableDirectory(schema, segment);
            Trees.copy(folder.resolve("tables").resolve(table), target);
            table(table)
                    .path("log_mtimes")
                    .properties()
                    .forEach(entry -> setModified(
                            target.resolve("_delta_log").resolve(entry.getKey()),
                            entry.getValue().asLong()));
        }
        return schema + "." + segment;
    }

    private static void setModified(Path file, long millis) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(millis));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
