package io.sluice.delta;

import io.sluice.delta.log.LogReader;
import io.sluice.storage.Location;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Reads a small checkpoint when the service is ready, once and beside the first requests: most of what the first
/// table with a checkpoint costs a fresh process is Kernel's and Parquet's classes, not the checkpoint.
@Component
class CheckpointWarmUp {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWarmUp.class);
    private static final String CHECKPOINT = "warm-up.checkpoint.parquet";

    private final Storages storages;
    private final Path scratch;

    CheckpointWarmUp(Storages storages, StorageProperties properties) {
        this.storages = storages;
        this.scratch = properties.scratchDirectory().toAbsolutePath();
    }

    @EventListener(ApplicationReadyEvent.class)
    void ready() {
        Thread.ofPlatform().daemon().name("checkpoint-warm-up").start(() -> {
            try {
                var unused = read();
            } catch (IOException | RuntimeException e) {
                // A table's own checkpoint will tell whoever asks for it.
                LOG.debug("The small checkpoint could not be read", e);
            }
        });
    }

    /// Reads the checkpoint as that of a table.
    ///
    /// @return how many live files it names
    int read() throws IOException {
        Files.createDirectories(scratch);
        Path table = Files.createTempDirectory(scratch, "warm-up");
        Path log = table.resolve("_delta_log");
        Path checkpoint = log.resolve("00000000000000000001.checkpoint.parquet");
        try (InputStream content = Objects.requireNonNull(CheckpointWarmUp.class.getResourceAsStream(CHECKPOINT))) {
            Files.createDirectory(log);
            Files.copy(content, checkpoint);
            return new SnapshotLoader(storages, new LogReader(storages))
                    .latest(Location.parse(table.toUri().toString()))
                    .snapshot()
                    .files()
                    .size();
        } finally {
            Files.deleteIfExists(checkpoint);
            Files.deleteIfExists(log);
            Files.deleteIfExists(table);
        }
    }
}
