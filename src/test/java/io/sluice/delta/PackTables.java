package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The tables of the conformance pack, copied to where a test may write.
final class PackTables {

    private PackTables() {}

    static Path folder() {
        return Path.of(System.getProperty("sluice.conformance", "../shared/conformance"));
    }

    static boolean isThere() {
        return Files.isRegularFile(folder().resolve("cases.json"));
    }

    static Storages storages(Path root) {
        return new Storages(StorageProperties.ofRoot(root.toString()));
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, Object>> records(String kind) {
        try {
            return (List<Map<String, Object>>) JsonValues.parseObject(Files.readString(folder().resolve("cases.json")))
                    .getOrDefault(kind, List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Copies a table below the root and sets the times that its log needs.
    static Location copy(String name, Path root) {
        Path target = root.resolve("default").resolve(name);
        Path source = folder().resolve("tables").resolve(name);
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = target.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
            setTimes(name, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Location.of(target);
    }

    private static void setTimes(String name, Path target) throws IOException {
        Map<String, Object> table = records("tables").stream()
                .filter(each -> name.equals(each.get("name")))
                .findFirst()
                .orElseThrow();
        if (table.get("log_mtimes") instanceof Map<?, ?> times) {
            for (Map.Entry<?, ?> time : times.entrySet()) {
                Files.setLastModifiedTime(
                        target.resolve("_delta_log").resolve((String) time.getKey()),
                        FileTime.fromMillis((Long) time.getValue()));
            }
        }
    }
}
