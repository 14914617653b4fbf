package io.sluice.blackbox;

import io.sluice.storage.S3Proxy;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/// How a service finds the store of a test.
final class S3Settings {

    private S3Settings() {}

    /// @param prefix in the bucket, below which the tables lie
    /// @param scratch a local directory
    static Map<String, String> of(URI endpoint, String prefix, Path scratch) {
        return Map.of(
                "sluice.root",
                "s3a://" + S3Proxy.BUCKET + "/" + prefix,
                "sluice.scratch",
                scratch.toString(),
                "sluice.s3.endpoint",
                endpoint.toString(),
                "sluice.s3.region",
                "us-east-1",
                "sluice.s3.pathStyleAccess",
                "true");
    }

    /// Where the objects of a prefix lie on disk.
    ///
    /// @param directory of the store
    static Path onDisk(Path directory, String prefix) {
        return directory.resolve("buckets").resolve(S3Proxy.BUCKET).resolve(prefix);
    }
}
