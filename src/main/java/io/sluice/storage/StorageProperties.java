package io.sluice.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Where tables lie and how the stores that hold them are reached.
///
/// @param root below which all managed tables lie: a directory or `s3a://bucket/prefix`
/// @param allowedLocations further places where tables and files named by a log may lie
/// @param scratch a local directory for files on their way; empty means `sluice` in the JVM's temporary directory
@ConfigurationProperties("sluice")
public record StorageProperties(
        @DefaultValue("./data") String root,
        @DefaultValue List<String> allowedLocations,
        @DefaultValue("") String scratch,
        @DefaultValue S3 s3,
        @DefaultValue Cache cache,
        @DefaultValue Requests storage) {

    /// @param endpoint of a store that is not AWS, `http://127.0.0.1:9000`; empty means AWS
    /// @param region empty means what the AWS chain says, or `us-east-1` when an endpoint is given
    /// @param pathStyleAccess the bucket in the path instead of the host name, as most stores that are not AWS
    ///     want it
    public record S3(
            @DefaultValue("") String endpoint,
            @DefaultValue("") String region,
            @DefaultValue("false") boolean pathStyleAccess) {}

    /// The local copies of remote data files.
    ///
    /// @param directory empty means `cache` in the scratch directory
    /// @param size what all copies may take together
    /// @param parallelFetches requests to the store at a time
    public record Cache(
            @DefaultValue("") String directory,
            @DefaultValue("8GB") DataSize size,
            @DefaultValue("16") int parallelFetches) {}

    /// Bounds of requests to a remote store.
    ///
    /// @param putTimeout of the one attempt to create a log entry
    /// @param connectTimeout of a new connection
    /// @param requestTimeout between two bytes of an answer
    /// @param answerTimeout until a request's answer begins, repeats included; a request that brings bytes has a
    ///     second more for each megabyte
    /// @param attempts at a request that changes nothing or may be repeated
    public record Requests(
            @DefaultValue("3s") Duration putTimeout,
            @DefaultValue("5s") Duration connectTimeout,
            @DefaultValue("30s") Duration requestTimeout,
            @DefaultValue("3s") Duration answerTimeout,
            @DefaultValue("4") int attempts) {}

    /// The defaults on this root.
    public static StorageProperties ofRoot(String root) {
        return new StorageProperties(
                root,
                List.of(),
                "",
                new S3("", "", false),
                new Cache("", DataSize.ofGigabytes(8), 16),
                new Requests(
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        4));
    }

    public Path scratchDirectory() {
        return scratch.isEmpty() ? Path.of(System.getProperty("java.io.tmpdir"), "sluice") : Path.of(scratch);
    }

    public Path cacheDirectory() {
        return cache.directory().isEmpty() ? scratchDirectory().resolve("cache") : Path.of(cache.directory());
    }
}
