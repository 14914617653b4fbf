package io.sluice.storage.s3;

import io.sluice.storage.StorageProperties;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.LegacyMd5Plugin;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/// The clients of one store, on one pool of connections.
///
/// @param repeating for requests that change nothing or may be repeated
/// @param once for the put of a log entry: one attempt, bounded in time
record S3Connection(SdkHttpClient http, S3Client repeating, S3Client once) implements AutoCloseable {

    private static final int CONNECTIONS = 128;

    /// Below what servers allow: a put on a connection that the server has just closed is a put of unknown
    /// outcome.
    private static final Duration KEPT_IDLE = Duration.ofSeconds(5);

    static S3Connection open(StorageProperties.S3 s3, StorageProperties.Requests requests) {
        // Without "Expect: 100-continue": a log entry is small, and asking first costs a round trip.
        SdkHttpClient http = ApacheHttpClient.builder()
                .maxConnections(CONNECTIONS)
                .connectionTimeout(requests.connectTimeout())
                .connectionAcquisitionTimeout(requests.requestTimeout())
                .socketTimeout(requests.requestTimeout())
                .connectionMaxIdleTime(KEPT_IDLE)
                .expectContinueEnabled(false)
                .tcpKeepAlive(true)
                .build();
        S3Client repeating = builder(s3, http)
                .overrideConfiguration(
                        options -> options.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                        .maxAttempts(requests.attempts())
                                        .build())
                                .apiCallTimeout(requests.answerTimeout()))
                .build();
        S3Client once = builder(s3, http)
                .overrideConfiguration(options -> options.retryStrategy(AwsRetryStrategy.doNotRetry())
                        .apiCallTimeout(requests.putTimeout())
                        .addExecutionInterceptor(new Transmission.Interceptor()))
                .build();
        return new S3Connection(http, repeating, once);
    }

    private static S3ClientBuilder builder(StorageProperties.S3 s3, SdkHttpClient http) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .forcePathStyle(s3.pathStyleAccess())
                .serviceConfiguration(options -> options.chunkedEncodingEnabled(false));
        if (!s3.endpoint().isEmpty()) {
            // Stores that are not AWS often know neither its newer checksums nor its regions.
            builder.endpointOverride(URI.create(s3.endpoint()))
                    .region(Region.US_EAST_1)
                    .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                    .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                    .addPlugin(LegacyMd5Plugin.create());
        }
        if (!s3.region().isEmpty()) {
            builder.region(Region.of(s3.region()));
        }
        return builder;
    }

    @Override
    public void close() {
        repeating.close();
        once.close();
        http.close();
    }
}
