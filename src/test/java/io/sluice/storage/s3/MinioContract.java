package io.sluice.storage.s3;

import io.sluice.storage.Location;
import io.sluice.storage.S3Proxy;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageContract;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/// The contract against a MinIO, wherever it comes from.
abstract class MinioContract extends StorageContract {

    @TempDir
    Path scratch;

    private Storages storages;

    /// Where it answers; it has the keys and the bucket of [S3Proxy].
    abstract URI endpoint();

    /// To be called once, when it answers.
    static void prepare(URI endpoint) {
        System.setProperty("aws.accessKeyId", S3Proxy.ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", S3Proxy.SECRET_KEY);
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

    @BeforeEach
    void open() {
        StorageProperties properties =
                S3Proxy.propertiesFor(endpoint(), UUID.randomUUID().toString(), scratch);
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
