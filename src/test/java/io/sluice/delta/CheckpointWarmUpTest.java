package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWarmUpTest {

    @TempDir
    private Path root;

    @Test
    void it_reads_a_checkpoint_and_leaves_nothing_behind() throws IOException {
        var defaults = StorageProperties.ofRoot(root.toString());
        Path scratch = root.resolve("scratch");
        var properties = new StorageProperties(
                defaults.root(),
                defaults.allowedLocations(),
                scratch.toString(),
                defaults.s3(),
                defaults.cache(),
                defaults.storage());
        try (var storages = new Storages(properties)) {
            assertThat(new CheckpointWarmUp(storages, properties).read()).isEqualTo(2);
        }
        assertThat(scratch).isEmptyDirectory();
    }
}
