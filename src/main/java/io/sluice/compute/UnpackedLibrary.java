package io.sluice.compute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file that DuckDB's driver unpacks its library to, in `java.io.tmpdir`. The driver has it deleted when the JVM
/// exits, so a process that is killed would leave 70 MB behind, each time. Where a file that is in use can be deleted
/// and the system tells which those are (Linux), it goes as soon as it is loaded.
final class UnpackedLibrary {

    private static final Logger LOG = LoggerFactory.getLogger(UnpackedLibrary.class);
    private static final Path IN_USE = Path.of("/proc/self/maps");
    private static final String NAME = "libduckdb_java";
    private static final AtomicBoolean DELETED = new AtomicBoolean();

    private UnpackedLibrary() {}

    /// Deletes the file, once; to be called when the library is loaded.
    static void delete() {
        if (!Files.exists(IN_USE) || !DELETED.compareAndSet(false, true)) {
            return;
        }
        try {
            for (Path file : files()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException stays) {
            LOG.info("The library of DuckDB stays below {}", System.getProperty("java.io.tmpdir"), stays);
        }
    }

    private static List<Path> files() throws IOException {
        Path directory = Path.of(System.getProperty("java.io.tmpdir")).toRealPath();
        try (Stream<String> inUse = Files.lines(IN_USE)) {
            return inUse.filter(line -> line.contains(" /"))
                    .map(line -> line.substring(line.indexOf(" /") + 1))
                    .distinct()
                    .map(Path::of)
                    .filter(file -> directory.equals(file.getParent())
                            && file.getFileName().toString().startsWith(NAME))
                    .toList();
        }
    }
}
