package io.sluice.storage.s3;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Utf8Order;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/// What a bucket holds, as directories with files. The time of a directory is the epoch.
final class Listing {

    private final S3Connection s3;

    Listing(S3Connection s3) {
        this.s3 = s3;
    }

    /// The children of a directory from a name on, in the order of their keys.
    void each(Location directory, String startAt, Storage.EntrySink sink) throws IOException {
        String prefix = Keys.prefix(directory);
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(directory.authority())
                .prefix(prefix)
                .delimiter("/");
        if (!startAt.isEmpty()) {
            // The store lists what comes after a key. A shorter text comes before `startAt` and before nothing
            // that is asked for.
            request.startAfter(prefix + startAt.substring(0, startAt.offsetByCodePoints(startAt.length(), -1)));
        }
        try {
            for (ListObjectsV2Response page : s3.repeating().listObjectsV2Paginator(request.build())) {
                for (S3Object object : page.contents()) {
                    String name = object.key().substring(prefix.length());
                    if (isListed(name, startAt)) {
                        sink.take(new FileEntry(
                                directory.resolve(name), object.size(), object.lastModified(), FileEntry.Kind.FILE));
                    }
                }
                for (CommonPrefix common : page.commonPrefixes()) {
                    String name = common.prefix()
                            .substring(prefix.length(), common.prefix().length() - 1);
                    if (isListed(name, startAt)) {
                        sink.take(new FileEntry(directory.resolve(name), 0, Instant.EPOCH, FileEntry.Kind.DIRECTORY));
                    }
                }
            }
        } catch (SdkException e) {
            throw S3Errors.of(directory, e);
        }
    }

    private static boolean isListed(String name, String startAt) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && Utf8Order.INSTANCE.compare(name, startAt) >= 0;
    }

    /// The directory, if anything is below it.
    Optional<FileEntry> directory(Location directory) throws IOException {
        try {
            ListObjectsV2Response below = s3.repeating()
                    .listObjectsV2(request -> request.bucket(directory.authority())
                            .prefix(Keys.prefix(directory))
                            .maxKeys(1));
            return below.contents().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new FileEntry(directory, 0, Instant.EPOCH, FileEntry.Kind.DIRECTORY));
        } catch (SdkException e) {
            throw S3Errors.of(directory, e);
        }
    }

    /// The keys of everything below a directory, in pages.
    Iterable<List<String>> below(Location directory) {
        return () -> s3
                .repeating()
                .listObjectsV2Paginator(
                        request -> request.bucket(directory.authority()).prefix(Keys.prefix(directory)))
                .stream()
                .map(page -> page.contents().stream().map(S3Object::key).toList())
                .iterator();
    }
}
