package io.sluice.storage.s3;

import static org.junit.jupiter.api.Assumptions.abort;

import io.sluice.storage.S3Proxy;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The same against a MinIO of this machine, where `scripts/install-minio.sh` has built it or it is installed.
class MinioStorageTest extends MinioContract {

    @TempDir
    static Path data;

    private static Process server;
    private static URI endpoint;

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
        prepare(endpoint);
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

    @AfterAll
    static void stopServer() {
        if (server != null) {
            server.destroyForcibly();
        }
    }

    @Override
    URI endpoint() {
        return endpoint;
    }
}
