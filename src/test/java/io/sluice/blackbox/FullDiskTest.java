package io.sluice.blackbox;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.LongRuns;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A disk that is really full: the root is a small file system in memory, made in a mount namespace of the service's
/// own, and all but a few pages of it are taken. With one page more each time, the end of the disk is met at every
/// write of a request: its data file, its log entry, the checkpoint behind it.
@Tag("long-runs")
class FullDiskTest {

    private static final int PAGE_BYTES = 4096;
    private static final int PAGES = LongRuns.size("sluice.full-disk.pages", 12, 60);
    private static final String MOUNT = "mount -t tmpfs -o size=16m tmpfs \"$0\" && exec \"$@\"";

    @TempDir
    static Path directory;

    private static @Nullable Replica started;

    private Replica replica;
    private Path root;

    @BeforeAll
    static void start() throws Exception {
        List<String> within =
                List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, directory.toString());
        assumeTrue(works(within), "full disk skipped: this system lets nobody mount a file system of his own");
        started = Replica.within(within, Map.of("sluice.root", directory.toString()));
    }

    @BeforeEach
    void reach() {
        replica = requireNonNull(started);
        replica.base();
        root = Path.of("/proc/" + replica.pid() + "/root" + directory);
    }

    @AfterAll
    static void stop() {
        if (started != null) {
            started.close();
        }
    }

    private static boolean works(List<String> within) throws InterruptedException {
        try {
            var command = new ArrayList<>(within);
            command.add("true");
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private Call call(String method, String path) {
        return new Call(replica.base(), method, path);
    }

    private void create(String name, String properties) {
        call("POST", "/v1/tables")
                .json("{\"name\":\"full." + name
                        + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}],\"properties\":" + properties + "}")
                .send()
                .expect(201);
    }

    @Test
    void a_full_disk_is_told_and_leaves_the_table_whole_wherever_it_is_met() throws Exception {
        create("t", "{\"delta.checkpointInterval\":\"1\"}");
        List<Long> acknowledged = new ArrayList<>();
        int refused = 0;
        for (int pages = 0; pages < PAGES; pages++) {
            long id = pages * 10L;
            Answer answer;
            try (Ballast _ = Ballast.leaving(root.resolve("ballast"), pages)) {
                answer = append(id);
                if (answer.status() == 200) {
                    acknowledged.add(id);
                } else {
                    answer.expectProblem(507, "out-of-space");
                    refused++;
                }
                Answer rows = call("GET", "/v1/tables/full.t/rows")
                        .query("limit", 1000)
                        .send()
                        .expect(200);
                assertThat(ids(rows)).isEqualTo(acknowledged);
            }
            append(id + 1).expect(200);
            acknowledged.add(id + 1);
            assertThat(dataFiles("t"))
                    .as("after %s with %s pages", answer.status(), pages)
                    .isEqualTo(liveFiles("t"));
        }
        System.out.println("a full disk: refused " + refused + " of " + PAGES + " appends");
        assertThat(refused).isPositive();
        assertThat(ForeignReader.longs(root.resolve("full/t"), "id")).isEqualTo(acknowledged);
        assertThat(staged()).isEmpty();
    }

    private Answer append(long id) {
        return call("POST", "/v1/tables/full.t/rows")
                .json("[{\"id\":" + id + "}]")
                .send();
    }

    @Test
    void a_large_body_that_does_not_fit_is_told_and_leaves_nothing() throws Exception {
        create("large", "{}");
        try (Ballast _ = Ballast.leaving(root.resolve("ballast"), 512)) {
            String rows = LongStream.range(0, 900_000)
                    .map(id -> id * 0x9E3779B97F4A7C15L >> 2)
                    .mapToObj(id -> "{\"id\":" + id + "}\n")
                    .collect(Collectors.joining());
            call("POST", "/v1/tables/full.large/rows").ndjson(rows).send().expectProblem(507, "out-of-space");
        }
        assertThat(dataFiles("large")).isEmpty();
        assertThat(staged()).isEmpty();
        call("POST", "/v1/tables/full.large/rows").json("[{\"id\":1}]").send().expect(200);
    }

    @Test
    void changes_and_transactions_on_a_full_disk_leave_the_table_whole() throws Exception {
        create("c", "{}");
        call("POST", "/v1/tables/full.c/rows")
                .json(LongStream.range(0, 50)
                        .mapToObj(id -> "{\"id\":" + id + "}")
                        .collect(Collectors.joining(",", "[", "]")))
                .send()
                .expect(200);
        List<Long> expected = new ArrayList<>(LongStream.range(0, 50).boxed().toList());
        for (int pages = 0; pages < PAGES / 2; pages++) {
            try (Ballast _ = Ballast.leaving(root.resolve("ballast"), pages)) {
                Answer deleted = call("DELETE", "/v1/tables/full.c/rows")
                        .query("where", "id=" + pages)
                        .send();
                if (deleted.status() == 200) {
                    expected.remove(Long.valueOf(pages));
                } else {
                    deleted.expectProblem(507, "out-of-space");
                }
                Answer begun = call("POST", "/v1/tables/full.c/transactions").send();
                if (begun.status() == 201) {
                    transaction(
                            "/v1/tables/full.c/transactions/"
                                    + begun.json().path("id").asString(),
                            1000L + pages,
                            expected);
                } else {
                    begun.expectProblem(507, "out-of-space");
                }
            }
            Answer rows = call("GET", "/v1/tables/full.c/rows")
                    .query("limit", 1000)
                    .send()
                    .expect(200);
            assertThat(ids(rows)).as("with %s pages", pages).isEqualTo(expected);
        }
        assertThat(dataFiles("c")).containsAll(liveFiles("c"));
        assertThat(staged()).isEmpty();
    }

    private void transaction(String path, long id, List<Long> expected) {
        Answer added =
                call("POST", path + "/rows").json("[{\"id\":" + id + "}]").send();
        if (added.status() != 200) {
            added.expectProblem(507, "out-of-space");
        }
        Answer committed = call("POST", path + "/commit").send();
        if (committed.status() == 200) {
            if (added.status() == 200) {
                expected.add(id);
            }
        } else {
            committed.expectProblem(507, "out-of-space");
            call("DELETE", path).send();
        }
    }

    private static List<Long> ids(Answer rows) {
        List<Long> ids = new ArrayList<>();
        for (JsonNode row : rows.json().path("rows")) {
            ids.add(row.path("id").asLong());
        }
        ids.sort(Long::compare);
        return ids;
    }

    private Set<String> dataFiles(String table) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("full/" + table))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".parquet"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private Set<String> liveFiles(String table) throws IOException {
        Set<String> live = new TreeSet<>();
        for (List<JsonNode> commit : ForeignReader.commits(root.resolve("full/" + table))) {
            for (JsonNode action : commit) {
                if (action.has("add")) {
                    live.add(action.path("add").path("path").asString());
                }
            }
        }
        return live;
    }

    /// What lies in the service's staging directory.
    private List<String> staged() throws IOException {
        try (Stream<Path> files = Files.walk(root.resolve(".sluice/staging"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".lock"))
                    .toList();
        }
    }

    /// A file that takes what is left of a file system, but for some pages.
    private record Ballast(Path file) implements AutoCloseable {

        static Ballast leaving(Path file, int pages) throws IOException {
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                fill(channel);
                channel.truncate(Math.max(0, channel.size() / PAGE_BYTES - pages) * PAGE_BYTES);
            }
            return new Ballast(file);
        }

        private static void fill(FileChannel channel) {
            try {
                while (true) {
                    channel.write(ByteBuffer.allocate(PAGE_BYTES));
                }
            } catch (IOException full) {
                // That is what it is for.
            }
        }

        @Override
        public void close() {
            try {
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
