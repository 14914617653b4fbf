package io.sluice.storage.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.storage.S3Proxy;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/// The same against a MinIO in a container, where a Docker engine answers.
class MinioContainerStorageTest extends MinioContract {

    private static final DockerImageName IMAGE = DockerImageName.parse("minio/minio:RELEASE.2025-09-07T16-13-09Z");
    private static final int PORT = 9000;

    private static final GenericContainer<?> SERVER = new GenericContainer<>(IMAGE)
            .withCommand("server", "/data")
            .withEnv("MINIO_ROOT_USER", S3Proxy.ACCESS_KEY)
            .withEnv("MINIO_ROOT_PASSWORD", S3Proxy.SECRET_KEY)
            .withExposedPorts(PORT)
            .waitingFor(Wait.forHttp("/minio/health/ready").forPort(PORT).withStartupTimeout(Duration.ofMinutes(2)));

    private static URI endpoint = URI.create("");

    @BeforeAll
    static void startServer() {
        assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "Skipped: no Docker engine answers.");
        SERVER.start();
        endpoint = URI.create("http://" + SERVER.getHost() + ":" + SERVER.getMappedPort(PORT));
        prepare(endpoint);
    }

    @AfterAll
    static void stopServer() {
        SERVER.stop();
    }

    @Override
    URI endpoint() {
        return endpoint;
    }
}
