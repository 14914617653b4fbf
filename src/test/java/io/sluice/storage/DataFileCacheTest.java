package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.storage.DataFileCache.DataFileRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFileCacheTest {

    @TempDir
    static Path directory;

    private static S3Proxy server;

    @TempDir
    Path temporary;

    private StorageProperties properties;
    private Storages storages;
    private DataFileCache cache;

    @BeforeAll
    static void startServer() throws IOException {
        server = S3Proxy.start(directory);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        properties = server.properties("tables", temporary.resolve("scratch"));
        storages = new Storages(properties);
        cache = new DataFileCache(storages, properties);
    }

    @AfterEach
    void close() throws IOException {
        cache.close();
        storages.close();
    }

    @Test
    void a_local_file_is_its_own_copy() throws IOException {
        Path file = Files.writeString(temporary.resolve("part"), "rows");

        try (DataFileCache.Lease lease = cache.lease(List.of(new DataFileRef(Location.of(file), 4)))) {
            assertThat(lease.paths()).containsExactly(file);
        }
        assertThat(properties.cacheDirectory()).doesNotExist();
    }

    @Test
    void a_missing_file_is_told_wherever_it_should_be() {
        Location local = Location.of(temporary.resolve("missing"));
        Location remote = storages.root().resolve("missing");

        assertThatThrownBy(() -> cache.lease(List.of(new DataFileRef(local, 4))))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> cache.lease(List.of(new DataFileRef(remote, 4))))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void remote_and_local_files_come_in_the_order_of_the_request() throws IOException {
        DataFileRef one = remote("one", "1");
        DataFileRef three = remote("three", "333");
        DataFileRef two = new DataFileRef(Location.of(Files.writeString(temporary.resolve("two"), "22")), 2);

        try (DataFileCache.Lease lease = cache.lease(List.of(one, two, three, one))) {
            assertThat(lease.paths()).extracting(Files::readString).containsExactly("1", "22", "333", "1");
        }
        assertThat(cache.usedBytes()).isEqualTo(4);
    }

    @Test
    void nothing_is_left_on_the_disk_when_the_process_ends() throws IOException {
        cache.lease(List.of(remote("one", "1"))).close();
        cache.close();

        try (Stream<Path> left = Files.list(properties.cacheDirectory())) {
            assertThat(left).isEmpty();
        }
    }

    private DataFileRef remote(String name, String content) throws IOException {
        Location file = storages.root().resolve(name);
        storages.of(file).put(file, StorageContract.bytes(content));
        return new DataFileRef(file, content.length());
    }
}
