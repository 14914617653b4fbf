package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

class StoragePropertiesTest {

    private final ApplicationContextRunner application =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Test
    void defaults() {
        application.run(context -> {
            StorageProperties properties = context.getBean(StorageProperties.class);
            assertThat(properties)
                    .isEqualTo(new StorageProperties(
                            "./data",
                            List.of(),
                            "",
                            new StorageProperties.S3("", "", false),
                            new StorageProperties.Cache("", DataSize.ofGigabytes(8), 16),
                            new StorageProperties.Requests(
                                    Duration.ofSeconds(3),
                                    Duration.ofSeconds(5),
                                    Duration.ofSeconds(30),
                                    Duration.ofSeconds(3),
                                    4)))
                    .isEqualTo(StorageProperties.ofRoot("./data"));
            assertThat(properties.scratchDirectory())
                    .isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), "sluice"));
            assertThat(properties.cacheDirectory())
                    .isEqualTo(properties.scratchDirectory().resolve("cache"));
        });
    }

    @Test
    void every_property_can_be_set() {
        application
                .withPropertyValues(
                        "sluice.root=s3a://bucket/prefix",
                        "sluice.allowed-locations=/a,s3a://b",
                        "sluice.scratch=/scratch",
                        "sluice.s3.endpoint=http://127.0.0.1:9000",
                        "sluice.s3.region=eu-central-1",
                        "sluice.s3.pathStyleAccess=true",
                        "sluice.cache.directory=/cache",
                        "sluice.cache.size=1GB",
                        "sluice.cache.parallel-fetches=2",
                        "sluice.storage.put-timeout=1s",
                        "sluice.storage.connect-timeout=2s",
                        "sluice.storage.request-timeout=3s",
                        "sluice.storage.answer-timeout=4s",
                        "sluice.storage.attempts=1")
                .run(context -> {
                    StorageProperties properties = context.getBean(StorageProperties.class);
                    assertThat(properties)
                            .isEqualTo(new StorageProperties(
                                    "s3a://bucket/prefix",
                                    List.of("/a", "s3a://b"),
                                    "/scratch",
                                    new StorageProperties.S3("http://127.0.0.1:9000", "eu-central-1", true),
                                    new StorageProperties.Cache("/cache", DataSize.ofGigabytes(1), 2),
                                    new StorageProperties.Requests(
                                            Duration.ofSeconds(1),
                                            Duration.ofSeconds(2),
                                            Duration.ofSeconds(3),
                                            Duration.ofSeconds(4),
                                            1)));
                    assertThat(properties.scratchDirectory()).isEqualTo(Path.of("/scratch"));
                    assertThat(properties.cacheDirectory()).isEqualTo(Path.of("/cache"));
                });
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(StorageProperties.class)
    static class Settings {}
}
