package io.sluice.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingDirectoryTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir
    Path parent;

    @Test
    void nothing_is_made_before_it_is_asked_for() throws IOException {
        try (StagingDirectory staging = of(1)) {
            assertThat(parent).isEmptyDirectory();
            assertThat(staging.path()).isDirectory().isEqualTo(parent.resolve(new UUID(0, 1).toString()));
        }
        assertThat(parent).isEmptyDirectory();
    }

    @Test
    void what_a_dead_process_left_is_removed_a_day_later() throws IOException {
        Path old = leftBehind("old", NOW.minus(Duration.ofHours(25)));
        Path fresh = leftBehind("fresh", NOW.minus(Duration.ofHours(23)));

        try (StagingDirectory staging = of(1)) {
            assertThat(staging.path()).isEmptyDirectory();

            assertThat(old).doesNotExist();
            assertThat(fresh).isDirectory();
        }
    }

    @Test
    void what_a_living_process_holds_stays_however_old() throws IOException {
        try (StagingDirectory living = of(1);
                StagingDirectory other = of(2)) {
            Path held = living.path();
            Files.setLastModifiedTime(held, FileTime.from(NOW.minus(Duration.ofDays(9))));

            other.path();

            assertThat(held).isDirectory();
        }
    }

    @Test
    void a_directory_that_somebody_removed_is_made_again() throws IOException {
        try (StagingDirectory staging = of(1)) {
            Files.delete(staging.path());

            assertThat(staging.path()).isDirectory();
        }
    }

    private StagingDirectory of(long process) {
        return new StagingDirectory(parent, new UUID(0, process), Duration.ofDays(1), CLOCK);
    }

    private Path leftBehind(String name, Instant modified) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name).resolve("below"));
        Files.writeString(directory.resolve("part"), "x");
        Files.setLastModifiedTime(directory.getParent(), FileTime.from(modified));
        return directory.getParent();
    }
}
