package io.sluice.storage.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several processes append to one log, each entry at the first free name.
class LocalStorageProcessesTest {

    private static final int PROCESSES = 3;
    private static final int ENTRIES_EACH = 60;

    @TempDir
    Path directory;

    @Test
    void what_was_created_is_there_once_among_processes() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Appender.class.getName(),
                            directory.toString(),
                            "process " + i)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
        for (Process process : processes) {
            process.inputReader(StandardCharsets.UTF_8).readLine();
        }
        for (Process process : processes) {
            process.outputWriter(StandardCharsets.UTF_8).append("go\n").flush();
        }
        List<String> acknowledged = new ArrayList<>();
        for (Process process : processes) {
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                output.lines().forEach(acknowledged::add);
            }
            assertThat(process.waitFor()).isZero();
        }

        assertThat(acknowledged).hasSize(PROCESSES * ENTRIES_EACH).doesNotHaveDuplicates();
        for (String line : acknowledged) {
            String[] nameAndContent = line.split("=", 2);
            assertThat(directory.resolve(nameAndContent[0])).hasContent(nameAndContent[1]);
        }
        try (var files = Files.list(directory)) {
            assertThat(files).hasSize(acknowledged.size());
        }
    }

    static final class Appender {
        public static void main(String[] arguments) throws IOException {
            LocalStorage storage = new LocalStorage(
                    new StagingDirectory(Path.of(arguments[0]), UUID.randomUUID(), Duration.ZERO, Clock.systemUTC()));
            Location log = Location.of(Path.of(arguments[0]));
            System.out.println("ready");
            if (System.in.read() < 0) {
                return;
            }
            int version = 0;
            for (int entry = 0; entry < ENTRIES_EACH; entry++) {
                String content = arguments[1] + " entry " + entry;
                while (!created(storage, log.resolve("%020d.json".formatted(version)), content)) {
                    version++;
                }
                System.out.println("%020d.json=%s".formatted(version, content));
            }
        }

        private static boolean created(LocalStorage storage, Location file, String content) {
            return switch (storage.putIfAbsent(file, content.getBytes(StandardCharsets.UTF_8))) {
                case PutOutcome.Created() -> true;
                case PutOutcome.AlreadyExists() -> false;
                case PutOutcome.Undecided(Exception cause) -> throw new UncheckedIOException(new IOException(cause));
                case PutOutcome.Refused(Exception cause) -> throw new UncheckedIOException(new IOException(cause));
            };
        }
    }
}
