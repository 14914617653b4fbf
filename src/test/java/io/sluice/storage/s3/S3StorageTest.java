package io.sluice.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.storage.DroppingProxy;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.S3Proxy;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageContract;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3StorageTest extends StorageContract {

    @TempDir
    static Path directory;

    private static S3Proxy server;

    @TempDir
    Path scratch;

    private Storages storages;

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
        storages = new Storages(server.properties(UUID.randomUUID().toString(), scratch));
    }

    @AfterEach
    void close() throws IOException {
        storages.close();
    }

    @Override
    protected Storage storage() {
        return storages.of(directory());
    }

    @Override
    protected Location directory() {
        return storages.root();
    }

    @Test
    void a_put_whose_answer_is_lost_is_undecided_and_has_one_attempt() throws IOException {
        Location file = directory().resolve("_delta_log/00000000000000000001.json");
        try (DroppingProxy proxy = DroppingProxy.start(
                        server.endpoint(), exchange -> exchange.method().equals("PUT"));
                Storages through = through(proxy.endpoint())) {
            assertThat(through.of(file).putIfAbsent(file, bytes("mine"))).isInstanceOf(PutOutcome.Undecided.class);
            assertThat(proxy.dropped()).hasSize(1);
        }
        assertThat(storage().read(file)).isEqualTo(bytes("mine"));
    }

    @Test
    void storing_survives_a_lost_answer() throws IOException {
        Location file = directory().resolve("part.parquet");
        Set<String> seen = ConcurrentHashMap.newKeySet();
        try (DroppingProxy proxy = DroppingProxy.start(
                        server.endpoint(), exchange -> exchange.method().equals("PUT") && seen.add(exchange.path()));
                Storages through = through(proxy.endpoint())) {
            Path staged = Files.write(through.of(file).stagingDirectory().resolve("part"), bytes("rows"));
            through.of(file).store(staged, file);

            assertThat(proxy.dropped()).hasSize(1);
        }
        assertThat(storage().read(file)).isEqualTo(bytes("rows"));
    }

    @Test
    void a_put_that_gets_no_answer_is_undecided_when_its_time_is_up() throws IOException {
        try (ServerSocket silent = new ServerSocket(0);
                Storages through =
                        new Storages(withPutTimeout(URI.create("http://127.0.0.1:" + silent.getLocalPort())))) {
            Location file = directory().resolve("0.json");

            assertThat(through.of(file).putIfAbsent(file, bytes("x"))).isInstanceOf(PutOutcome.Undecided.class);
        }
    }

    @Test
    void a_store_that_is_not_there_refuses_a_put() throws IOException {
        URI nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
        try (Storages through = through(nobody)) {
            Location file = directory().resolve("0.json");

            assertThat(through.of(file).putIfAbsent(file, bytes("x"))).isInstanceOf(PutOutcome.Refused.class);
        }
    }

    @Test
    void a_bucket_that_is_not_there_refuses_a_put() {
        Location file = Location.parse("s3a://no-such-bucket/0.json");

        assertThat(storages.of(file).putIfAbsent(file, bytes("x"))).isInstanceOf(PutOutcome.Refused.class);
        assertThatThrownBy(() -> storages.of(file).put(file, bytes("x"))).isInstanceOf(IOException.class);
    }

    @Test
    void listing_the_end_of_a_long_log_is_one_request() throws IOException {
        for (int version = 0; version < 20; version++) {
            put("%020d.json".formatted(version), "x");
        }
        try (DroppingProxy proxy = DroppingProxy.start(server.endpoint(), exchange -> false);
                Storages through = through(proxy.endpoint())) {
            assertThat(through.of(directory()).list(directory(), "00000000000000000019"))
                    .extracting(FileEntry::name)
                    .containsExactly("00000000000000000019.json");
            assertThat(proxy.exchanges()).hasSize(1);
        }
    }

    @Test
    void looking_for_a_file_and_reading_it_are_one_request_each() throws IOException {
        put("file", "x");
        try (DroppingProxy proxy = DroppingProxy.start(server.endpoint(), exchange -> false);
                Storages through = through(proxy.endpoint())) {
            Storage storage = through.of(directory());
            storage.findFile(directory().resolve("missing"));
            storage.findFile(directory().resolve("file"));
            storage.read(directory().resolve("file"));
            try (InputStream stream = storage.open(directory().resolve("file"), 1)) {
                assertThat(stream.readAllBytes()).isEmpty();
            }
            assertThat(proxy.exchanges())
                    .extracting(DroppingProxy.Exchange::method)
                    .containsExactly("HEAD", "HEAD", "GET", "GET");
        }
    }

    private Storages through(URI endpoint) {
        return new Storages(S3Proxy.propertiesFor(endpoint, "any", scratch.resolve("through")));
    }

    private StorageProperties withPutTimeout(URI endpoint) {
        StorageProperties all = S3Proxy.propertiesFor(endpoint, "any", scratch.resolve("through"));
        return new StorageProperties(
                all.root(),
                all.allowedLocations(),
                all.scratch(),
                all.s3(),
                all.cache(),
                new StorageProperties.Requests(
                        Duration.ofMillis(300),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(4),
                        4));
    }
}
