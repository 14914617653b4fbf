package io.sluice.storage.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.sluice.storage.Location;
import io.sluice.storage.S3Proxy;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageContract;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The same against MinIO, where `scripts/install-minio.sh` has built it or the machine has it.
class MinioStorageTest extends StorageContract {

    @TempDir
    static Path data;

    private static Process server;
    private static URI endpoint;

    @TempDir
    Path scratch;

    private Storages storages;

    @BeforeAll
    static void startServer() throws IOException {
        Path minio = binary().orElseGet(() ->
                abort("Skipped: no minio on the PATH or in target/tools; scripts/install-minio.sh builds it."));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        ProcessBuilder builder = new ProcessBuilder(
                        minio.toString(), "server", "--address", "127.0.0.1:" + port, data.toString())
                .redirectErrorStream(true);
        builder.environment().put("MINIO_ROOT_USER", S3Proxy.ACCESS_KEY);
        builder.environment().put("MINIO_ROOT_PASSWORD", S3Proxy.SECRET_KEY);
        builder.environment().put("MINIO_BROWSER", "off");
        server = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(server::destroyForcibly));
        awaitReady(server.inputReader(StandardCharsets.UTF_8));
        endpoint = URI.create("http://127.0.0.1:" + port);
        System.setProperty("aws.accessKeyId", S3Proxy.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3Proxy.SECRET_KEY);
        makeBucket();
    }

    private static Optional<Path> binary() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        Stream.of("target/tools"),
                        Pattern.compile(Pattern.quote(File.pathSeparator)).splitAsStream(path))
                .map(directory -> Path.of(directory, "minio").toAbsolutePath())
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void awaitReady(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.contains("API: http")) {
                Thread.ofVirtual().start(() -> output.lines().forEach(ignored -> {}));
                return;
            }
        }
        throw new IOException("MinIO did not start.");
    }

    private static void makeBucket() {
        try (S3Client client = S3Client.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(S3Proxy.ACCESS_KEY, S3Proxy.SECRET_KEY)))
                .build()) {
            client.createBucket(request -> request.bucket(S3Proxy.BUCKET));
        }
    }

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    @BeforeEach
    void open() {
        StorageProperties properties =
                S3Proxy.propertiesFor(endpoint, UUID.randomUUID().toString(), scratch);
        storages = new Storages(properties);
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
}
