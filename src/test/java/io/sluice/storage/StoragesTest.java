package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sluice.storage.local.LocalStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoragesTest {

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/iam",
                "https://host/a",
                "ftp://host/a",
                "har:///a",
                "viewfs://cluster/a",
                "webhdfs://host/a",
                "jar:/a",
                "hdfs://host/a",
                "abfss://container@account/a",
                "gs://bucket/a"
            })
    void schemes_that_are_not_served_are_refused_by_name(String uri) throws IOException {
        Location location = Location.parse(uri);
        try (Storages storages = local()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> storages.of(location))
                    .withMessageContaining("'" + location.scheme() + "'");
            assertThat(storages.isAllowed(location)).isFalse();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Storages(StorageProperties.ofRoot(uri)));
    }

    @Test
    void what_lies_below_the_root_or_an_allowed_location_is_allowed() throws IOException {
        StorageProperties defaults =
                StorageProperties.ofRoot(root.resolve("tables").toString());
        StorageProperties properties = new StorageProperties(
                defaults.root(),
                List.of(root.resolve("shared").toString(), "s3://lake/shared/"),
                defaults.scratch(),
                defaults.s3(),
                defaults.cache(),
                defaults.storage());
        try (Storages storages = new Storages(properties)) {
            assertThat(storages.isAllowed(storages.root().resolve("a/b"))).isTrue();
            assertThat(storages.isAllowed(Location.of(root.resolve("shared/a"))))
                    .isTrue();
            assertThat(storages.isAllowed(Location.parse("s3a://lake/shared/a")))
                    .isTrue();
            assertThat(storages.isAllowed(Location.parse("s3a://lake/other"))).isFalse();
            assertThat(storages.isAllowed(Location.of(root.resolve("tables2/a"))))
                    .isFalse();
            assertThat(storages.isAllowed(Location.parse("file:///etc/hostname")))
                    .isFalse();
        }
    }

    @Test
    void staging_is_on_the_root_and_goes_with_the_process() throws IOException {
        Path staging;
        try (Storages storages = local()) {
            staging = storages.of(storages.root()).stagingDirectory();
            Files.writeString(staging.resolve("half"), "x");

            assertThat(staging).isDirectory().startsWith(root.resolve(".sluice/staging"));
            assertThat(storages.of(storages.root())).isInstanceOf(LocalStorage.class);
        }
        assertThat(staging).doesNotExist();
    }

    @Test
    void two_processes_stage_apart() throws IOException {
        try (Storages one = local();
                Storages other = local()) {
            assertThat(one.of(one.root()).stagingDirectory())
                    .isNotEqualTo(other.of(other.root()).stagingDirectory());
        }
    }

    @Test
    void a_process_on_local_files_never_loads_the_clouds_libraries() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load:stdout",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LocalOnly.class.getName(),
                        root.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines().filter(line -> line.contains("io.sluice.storage.local.LocalStorage")))
                .isNotEmpty();
        assertThat(output.lines()
                        .filter(line -> line.contains("software.amazon.awssdk") || line.contains("org.apache.hadoop")))
                .isEmpty();
    }

    private Storages local() {
        return new Storages(StorageProperties.ofRoot(root.toString()));
    }

    /// What a process on local files does with this package.
    static final class LocalOnly {
        public static void main(String[] arguments) throws IOException {
            StorageProperties properties = StorageProperties.ofRoot(arguments[0]);
            try (Storages storages = new Storages(properties);
                    DataFileCache cache = new DataFileCache(storages, properties)) {
                Location file = storages.root().resolve("file");
                storages.of(file).putIfAbsent(file, new byte[1]);
                cache.lease(List.of(new DataFileCache.DataFileRef(file, 1))).close();
            }
        }
    }
}
