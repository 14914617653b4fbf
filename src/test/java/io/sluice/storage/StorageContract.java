package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every storage promises. Each test uses a directory of its own.
public abstract class StorageContract {

    private static final int RACERS = 16;
    private static final int ROUNDS = 10;

    protected abstract Storage storage();

    /// An empty directory of this test.
    protected abstract Location directory();

    @Test
    void children_are_listed_in_the_order_of_their_names() throws IOException {
        for (String name : List.of("b", "a", "a-b", "a.json", "B", "ä", "\uE000", "\uD83D\uDE00", "10", "9")) {
            put(name, name);
        }
        put("a%b/child", "x");

        assertThat(names(""))
                .containsExactly("10", "9", "B", "a", "a%b", "a-b", "a.json", "b", "ä", "\uE000", "\uD83D\uDE00");
    }

    @Test
    void a_listing_starts_at_the_name_that_is_asked_for() throws IOException {
        for (int version = 0; version < 30; version++) {
            put("%020d.json".formatted(version), "x");
        }
        put("_last_checkpoint", "x");
        put("00000000000000000028.checkpoint.parquet", "x");

        assertThat(names("00000000000000000028"))
                .containsExactly(
                        "00000000000000000028.checkpoint.parquet",
                        "00000000000000000028.json",
                        "00000000000000000029.json",
                        "_last_checkpoint");
        assertThat(names("00000000000000000029.json")).containsExactly("00000000000000000029.json", "_last_checkpoint");
        assertThat(names("00000000000000000029.jsona")).containsExactly("_last_checkpoint");
        assertThat(names("~")).isEmpty();
    }

    @Test
    void files_between_two_names_are_listed_without_what_comes_after() throws IOException {
        for (int version = 8; version < 14; version++) {
            put("%020d.json".formatted(version), "x");
        }
        put("_last_checkpoint", "x");
        put("00000000000000000010.checkpoint.parquet", "x");
        put("00000000000000000011/below", "x");

        assertThat(storage().listFiles(directory(), "00000000000000000010", "00000000000000000012"))
                .extracting(FileEntry::name)
                .containsExactly(
                        "00000000000000000010.checkpoint.parquet",
                        "00000000000000000010.json",
                        "00000000000000000011.json");
        assertThat(storage().listFiles(directory(), "", "00000000000000000009"))
                .extracting(FileEntry::name)
                .containsExactly("00000000000000000008.json");
        assertThat(storage().listFiles(directory(), "a", "b")).isEmpty();
        assertThat(storage().listFiles(directory().resolve("missing"), "", "~")).isEmpty();
    }

    @Test
    void a_listing_tells_sizes_times_and_directories() throws IOException {
        put("file", "12345");
        put("directory/below/deep", "x");

        List<FileEntry> entries = storage().list(directory(), "");

        assertThat(entries).extracting(FileEntry::name).containsExactly("directory", "file");
        assertThat(entries.get(0).kind()).isEqualTo(FileEntry.Kind.DIRECTORY);
        assertThat(entries.get(0).sizeBytes()).isZero();
        assertThat(entries.get(1).kind()).isEqualTo(FileEntry.Kind.FILE);
        assertThat(entries.get(1).sizeBytes()).isEqualTo(5);
        assertThat(entries.get(1).location()).isEqualTo(directory().resolve("file"));
        assertThat(Duration.between(entries.get(1).modified(), Instant.now()).abs())
                .isLessThan(Duration.ofMinutes(5));
    }

    @Test
    void a_directory_that_is_not_there_and_a_file_have_no_children() throws IOException {
        put("file", "x");

        assertThat(storage().list(directory().resolve("missing"), "")).isEmpty();
        assertThat(storage().list(directory().resolve("file"), "")).isEmpty();
        assertThat(storage().list(directory().resolve("file/below"), "")).isEmpty();
    }

    @Test
    void long_listings_are_complete() throws IOException {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1_050; i++) {
            expected.add("%05d".formatted(i));
        }
        inParallel(expected.stream()
                .map(name -> (Callable<Void>) () -> {
                    put("many/" + name, "x");
                    return null;
                })
                .toList());

        assertThat(storage().list(directory().resolve("many"), ""))
                .extracting(FileEntry::name)
                .containsExactlyElementsOf(expected);
    }

    @Test
    void files_and_directories_are_found() throws IOException {
        put("d/file", "12345");

        assertThat(storage().find(directory().resolve("d/file"))).hasValueSatisfying(entry -> {
            assertThat(entry.sizeBytes()).isEqualTo(5);
            assertThat(entry.kind()).isEqualTo(FileEntry.Kind.FILE);
        });
        assertThat(storage().find(directory().resolve("d")).map(FileEntry::kind))
                .contains(FileEntry.Kind.DIRECTORY);
        assertThat(storage().findFile(directory().resolve("d"))).isEmpty();
        assertThat(storage().findFile(directory().resolve("d/file"))).isPresent();
        assertThat(storage().findFile(directory().resolve("missing"))).isEmpty();
        assertThat(storage().find(directory().resolve("missing"))).isEmpty();
        assertThat(storage().find(directory().resolve("d/file/below"))).isEmpty();
        assertThat(storage().find(directory().resolve("d/fil"))).isEmpty();
    }

    @Test
    void what_was_put_is_read_and_replaced() throws IOException {
        put("file", "one");
        assertThat(read("file")).isEqualTo("one");

        put("file", "another");
        assertThat(read("file")).isEqualTo("another");

        put("file", "");
        assertThat(read("file")).isEmpty();
    }

    @Test
    void a_file_is_read_from_an_offset() throws IOException {
        byte[] content = randomBytes(3_000_000);
        storage().put(directory().resolve("file"), content);

        for (int offset : List.of(0, 1, 2_999_999, 1_234_567)) {
            try (InputStream stream = storage().open(directory().resolve("file"), offset)) {
                assertThat(stream.readAllBytes())
                        .isEqualTo(java.util.Arrays.copyOfRange(content, offset, content.length));
            }
        }
    }

    @Test
    void a_stream_may_be_closed_before_its_end() throws IOException {
        storage().put(directory().resolve("file"), randomBytes(3_000_000));

        try (InputStream stream = storage().open(directory().resolve("file"), 10)) {
            assertThat(stream.readNBytes(5)).hasSize(5);
        }
    }

    @Test
    void a_missing_file_is_told_by_its_exception() {
        Location missing = directory().resolve("missing");

        assertThatThrownBy(() -> storage().read(missing)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> {
                    try (InputStream stream = storage().open(missing, 0)) {
                        stream.readAllBytes();
                    }
                })
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void a_file_is_created_once() throws IOException {
        Location file = directory().resolve("log/00000000000000000000.json");

        assertThat(storage().putIfAbsent(file, bytes("mine"))).isInstanceOf(PutOutcome.Created.class);
        assertThat(storage().putIfAbsent(file, bytes("yours"))).isInstanceOf(PutOutcome.AlreadyExists.class);

        assertThat(storage().read(file)).isEqualTo(bytes("mine"));
        assertThat(storage().list(file.parent(), ""))
                .extracting(FileEntry::location)
                .containsExactly(file);
    }

    @Test
    void of_many_who_create_a_file_one_wins() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            Location file = directory().resolve("round/" + round);
            CyclicBarrier start = new CyclicBarrier(RACERS);
            List<Callable<PutOutcome>> racers = new ArrayList<>();
            for (int racer = 0; racer < RACERS; racer++) {
                byte[] content = bytes("racer " + racer + " ".repeat(2_000));
                racers.add(() -> {
                    start.await();
                    return storage().putIfAbsent(file, content);
                });
            }

            List<PutOutcome> outcomes = inParallel(racers);

            assertThat(outcomes)
                    .filteredOn(PutOutcome.Created.class::isInstance)
                    .hasSize(1);
            int winner = 0;
            while (!(outcomes.get(winner) instanceof PutOutcome.Created)) {
                winner++;
            }
            assertThat(storage().read(file)).isEqualTo(bytes("racer " + winner + " ".repeat(2_000)));
        }
        assertThat(storage().list(directory().resolve("round"), "")).hasSize(ROUNDS);
    }

    @Test
    void a_staged_file_is_moved_to_its_place() throws IOException {
        byte[] content = randomBytes(1_000_000);
        Path staged = staged("part", content);
        Location target = directory().resolve("table/p=1/part-1.parquet");

        storage().store(staged, target);

        assertThat(storage().read(target)).isEqualTo(content);
        assertThat(staged).doesNotExist();
        assertThat(storage().list(target.parent(), "")).hasSize(1);
    }

    @Test
    void storing_replaces_nothing() throws IOException {
        put("part", "first");
        Path staged = staged("part", bytes("second"));

        assertThatThrownBy(() -> storage().store(staged, directory().resolve("part")))
                .isInstanceOf(FileAlreadyExistsException.class);

        assertThat(read("part")).isEqualTo("first");
    }

    @Test
    void storing_what_was_not_staged_says_so() throws IOException {
        Path missing = storage().stagingDirectory().resolve("missing");

        assertThatThrownBy(() -> storage().store(missing, directory().resolve("part")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void children_come_one_after_the_other_too() throws IOException {
        put("a", "1");
        put("b", "22");
        put("c/d", "x");
        List<String> seen = new ArrayList<>();
        storage().forEach(directory(), entry -> seen.add(entry.name() + " " + entry.kind() + " " + entry.sizeBytes()));
        assertThat(seen).containsExactlyInAnyOrder("a FILE 1", "b FILE 2", "c DIRECTORY 0");
        storage().forEach(directory().resolve("none"), entry -> seen.add(entry.name()));
        assertThat(seen).hasSize(3);
    }

    @Test
    void many_files_are_deleted_together() throws IOException {
        List<Location> files = new ArrayList<>();
        for (String name : List.of("a", "b c", "d/e", "never there")) {
            files.add(directory().resolve(name));
            if (!name.startsWith("never")) {
                put(name, "x");
            }
        }
        put("stays", "x");
        storage().deleteAll(files);
        storage().deleteAll(List.of());
        assertThat(names("")).contains("stays").doesNotContain("a", "b c");
        assertThat(storage().findFile(directory().resolve("d/e"))).isEmpty();
    }

    @Test
    void deleting_is_repeatable() throws IOException {
        put("d/file", "x");
        put("d/file2", "x");

        storage().delete(directory().resolve("d/file"));
        storage().delete(directory().resolve("d/file"));

        assertThat(storage().find(directory().resolve("d/file"))).isEmpty();
        assertThat(read("d/file2")).isEqualTo("x");
    }

    @Test
    void a_tree_is_deleted_with_everything_below_and_nothing_beside() throws IOException {
        put("tree/a", "x");
        put("tree/b/c/d e", "x");
        put("tree/b/c%20d", "x");
        put("tree2", "x");
        put("tree-3/a", "x");

        storage().deleteTree(directory().resolve("tree"));
        storage().deleteTree(directory().resolve("tree"));

        assertThat(storage().find(directory().resolve("tree"))).isEmpty();
        assertThat(names("")).containsExactly("tree-3", "tree2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blank in between",
                " lead",
                "per%cent",
                "per%20cent",
                "ha#sh",
                "quest?ion",
                "semi;colon",
                "co:lon",
                "a+b",
                "a&b=c",
                "quote'\"`",
                "back\\slash",
                "brace{}[]()<>|^",
                "star*",
                "tilde~",
                "comma,dollar$at@",
                "dot.",
                "ünïcödé",
                "漢字",
                "\uD83D\uDE00"
            })
    void any_name_can_be_written_listed_read_and_deleted(String name) throws IOException {
        Location file = directory().resolve("p=" + name).resolve(name);

        assertThat(storage().putIfAbsent(file, bytes("1"))).isInstanceOf(PutOutcome.Created.class);
        storage().put(file, bytes("22"));
        storage().store(staged("staged", bytes("333")), file.parent().resolve(name + "-stored"));

        assertThat(storage().list(file.parent(), ""))
                .extracting(FileEntry::name)
                .containsExactly(name, name + "-stored");
        assertThat(storage().list(directory(), "")).extracting(FileEntry::name).containsExactly("p=" + name);
        assertThat(storage().find(file)).isPresent();
        assertThat(storage().read(file)).isEqualTo(bytes("22"));
        assertThat(storage().read(Location.parse(file + "-stored"))).isEqualTo(bytes("333"));
        storage().delete(file);
        assertThat(storage().find(file)).isEmpty();
    }

    protected final void put(String name, String content) throws IOException {
        storage().put(directory().resolve(name), bytes(content));
    }

    protected final String read(String name) throws IOException {
        return new String(storage().read(directory().resolve(name)), StandardCharsets.UTF_8);
    }

    private Path staged(String name, byte[] content) throws IOException {
        return Files.write(storage().stagingDirectory().resolve(name), content);
    }

    private List<String> names(String startAt) throws IOException {
        return storage().list(directory(), startAt).stream()
                .map(FileEntry::name)
                .toList();
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static byte[] randomBytes(int size) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(42);
        byte[] content = new byte[size];
        random.nextBytes(content);
        return content;
    }

    private static <T> List<T> inParallel(List<Callable<T>> calls) {
        try (ExecutorService threads = Executors.newFixedThreadPool(RACERS)) {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
