package io.sluice.storage.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageContract;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStorageTest extends StorageContract {

    @TempDir
    Path temporary;

    private StagingDirectory staging;
    private LocalStorage storage;

    @BeforeEach
    void open() {
        staging = new StagingDirectory(
                temporary.resolve("staging"), new UUID(1, 2), Duration.ofDays(1), Clock.systemUTC());
        storage = new LocalStorage(staging);
    }

    @AfterEach
    void close() throws IOException {
        staging.close();
    }

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected Location directory() {
        return Location.of(temporary.resolve("tables"));
    }

    @Test
    void links_are_what_they_lead_to_but_no_children_of_a_directory_that_is_gone_through() throws IOException {
        put("table/file", "x");
        Path table = directory().resolve("table").toPath();
        Files.createSymbolicLink(table.resolve("linked-file"), table.resolve("file"));
        Files.createSymbolicLink(table.resolve("linked-directory"), table);
        Location linked = Location.of(Files.createSymbolicLink(temporary.resolve("linked-table"), table));
        var seen = new ArrayList<String>();
        storage.forEach(linked, entry -> seen.add(entry.name()));

        assertThat(seen).containsExactly("file");
        assertThat(storage.list(linked, ""))
                .extracting(entry -> entry.name() + " " + entry.kind())
                .containsExactly("file FILE", "linked-directory DIRECTORY", "linked-file FILE");
    }

    @Test
    void a_refused_put_leaves_nothing_behind() throws IOException {
        put("log", "a file where a directory is needed");

        assertThat(storage.putIfAbsent(directory().resolve("log/0.json"), bytes("x")))
                .isInstanceOf(PutOutcome.Refused.class);

        assertThat(storage.list(directory(), "")).extracting(FileEntry::name).containsExactly("log");
    }

    @Test
    void a_file_system_without_hard_links_is_told_by_name_and_never_written() throws IOException {
        for (DurableFiles.Links none : List.<DurableFiles.Links>of(
                (link, _) -> {
                    throw new FileSystemException(link.toString(), null, "injected: Operation not permitted");
                },
                (_, _) -> {
                    throw new UnsupportedOperationException("injected: no links");
                })) {
            LocalStorage linkless = new LocalStorage(staging, DurableFiles::force, none);

            assertThat(linkless.whyUnsafe(directory().resolve(UUID.randomUUID().toString())))
                    .contains("The file system has no hard links.");
            assertThat(linkless.putIfAbsent(directory().resolve("log/0.json"), bytes("x")))
                    .isInstanceOf(PutOutcome.Refused.class);
            assertThat(storage.list(directory().resolve("log"), "")).isEmpty();
        }
        assertThat(storage.whyUnsafe(directory().resolve("probe"))).isEmpty();
    }

    @Test
    void a_name_that_could_not_be_forced_is_undecided_until_it_is() throws IOException {
        var failures = new AtomicInteger(2);
        LocalStorage failing = new LocalStorage(staging, directory -> {
            if (directory.endsWith("log") && failures.getAndDecrement() > 0) {
                throw new IOException("injected: the disk fails");
            }
            DurableFiles.force(directory);
        });
        Location file = directory().resolve("log/0.json");

        assertThat(failing.putIfAbsent(file, bytes("x"))).isInstanceOf(PutOutcome.Undecided.class);
        assertThatThrownBy(() -> failing.makeDurable(file)).isInstanceOf(IOException.class);
        failing.makeDurable(file);

        assertThat(failures).hasNegativeValue();
        assertThat(read("log/0.json")).isEqualTo("x");
    }

    @Test
    void the_names_of_directories_that_another_process_made_are_forced_once() throws IOException {
        List<Path> forced = new ArrayList<>();
        LocalStorage observed = new LocalStorage(staging, directory -> {
            forced.add(directory);
            DurableFiles.force(directory);
        });
        Path table = directory().resolve("t").toPath();
        Path part = Files.createDirectories(table.resolve("part=1"));
        Path log = Files.createDirectories(table.resolve("_delta_log"));

        observed.store(staged(), directory().resolve("t/part=1/1.parquet"));
        assertThat(forced).containsSubsequence(table.getParent(), table, part);
        forced.clear();
        observed.store(staged(), directory().resolve("t/part=1/2.parquet"));
        assertThat(forced).containsExactly(part);
        forced.clear();
        assertThat(observed.putIfAbsent(directory().resolve("t/_delta_log/0.json"), bytes("x")))
                .isEqualTo(new PutOutcome.Created());
        assertThat(forced).containsExactly(table, log);

        observed.deleteTree(directory().resolve("t"));
        Files.createDirectories(part);
        forced.clear();
        observed.store(staged(), directory().resolve("t/part=1/3.parquet"));
        assertThat(forced).containsSubsequence(table.getParent(), table, part);
    }

    private Path staged() throws IOException {
        return Files.createTempFile(storage.stagingDirectory(), "staged", "");
    }

    @Test
    void deleting_below_a_file_deletes_nothing() throws IOException {
        put("file", "x");

        storage.delete(directory().resolve("file/below"));

        assertThat(read("file")).isEqualTo("x");
    }

    @Test
    void a_tree_is_deleted_without_what_its_links_point_to() throws IOException {
        put("kept/file", "x");
        put("tree/file", "x");
        Files.createSymbolicLink(
                directory().resolve("tree/link").toPath(),
                directory().resolve("kept").toPath());

        storage.deleteTree(directory().resolve("tree"));

        assertThat(read("kept/file")).isEqualTo("x");
        assertThat(storage.find(directory().resolve("tree"))).isEmpty();
    }

    @Test
    void links_that_lead_nowhere_are_no_children() throws IOException {
        put("file", "x");
        Files.createSymbolicLink(directory().resolve("link").toPath(), Path.of("nowhere"));

        assertThat(storage.list(directory(), "")).extracting(FileEntry::name).containsExactly("file");
    }

    @Test
    void files_are_as_readable_as_the_process_makes_them() throws IOException {
        Path plain = Files.createFile(temporary.resolve("plain"));
        put("file", "x");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                        directory().resolve("file").toPath())))
                .isEqualTo(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)));
    }
}
