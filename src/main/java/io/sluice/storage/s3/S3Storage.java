package io.sluice.storage.s3;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Utf8Order;
import io.sluice.storage.local.StagingDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Objects of S3 or a store that speaks its protocol.
///
/// Each operation is one request, so that what an endpoint costs can be counted; only `find` and deletes of trees need
/// more. A key with an empty, `.` or `..` segment is no location and is left out of listings. The time of a directory
/// is the epoch.
public final class S3Storage implements Storage, AutoCloseable {

    /// Tells our own object from a rival's when the answer to its put was lost.
    private static final String UPLOAD_ID = "sluice-upload";

    /// As many as a bulk delete takes, and as a page of a listing holds.
    private static final int DELETES_AT_ONCE = 1_000;

    private final S3Connection s3;
    private final StagingDirectory staging;
    private final StorageProperties.Requests limits;

    public S3Storage(StorageProperties properties, StagingDirectory staging) {
        this.s3 = S3Connection.open(properties.s3(), properties.storage());
        this.staging = staging;
        this.limits = properties.storage();
    }

    @Override
    public List<FileEntry> list(Location directory, String startAt) throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        each(directory, startAt, entries::add);
        // Keys are in order, but `a-b` comes before `a/`.
        entries.sort(Comparator.comparing(FileEntry::name, Utf8Order.INSTANCE));
        return entries;
    }

    @Override
    public void forEach(Location directory, EntrySink sink) throws IOException {
        each(directory, "", sink);
    }

    @Override
    public List<FileEntry> listFiles(Location directory, String startAt, String endBefore) throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        String prefix = prefix(directory);
        try {
            for (ListObjectsV2Response page : pages(directory, startAt)) {
                for (S3Object object : page.contents()) {
                    String name = object.key().substring(prefix.length());
                    if (Utf8Order.INSTANCE.compare(name, endBefore) >= 0) {
                        return entries;
                    }
                    if (isListed(name, startAt)) {
                        entries.add(entry(directory, name, object));
                    }
                }
            }
            return entries;
        } catch (SdkException e) {
            throw S3Errors.of(directory, e);
        }
    }

    private void each(Location directory, String startAt, EntrySink sink) throws IOException {
        String prefix = prefix(directory);
        try {
            for (ListObjectsV2Response page : pages(directory, startAt)) {
                for (S3Object object : page.contents()) {
                    String name = object.key().substring(prefix.length());
                    if (isListed(name, startAt)) {
                        sink.take(entry(directory, name, object));
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

    /// Each is asked for when it is come to.
    private Iterable<ListObjectsV2Response> pages(Location directory, String startAt) {
        String prefix = prefix(directory);
        ListObjectsV2Request.Builder request = ListObjectsV2Request.builder()
                .bucket(directory.authority())
                .prefix(prefix)
                .delimiter("/");
        if (!startAt.isEmpty()) {
            // The store lists what comes after a key. A shorter text comes before `startAt` and before nothing
            // that is asked for.
            request.startAfter(prefix + startAt.substring(0, startAt.offsetByCodePoints(startAt.length(), -1)));
        }
        return s3.repeating().listObjectsV2Paginator(request.build());
    }

    private static FileEntry entry(Location directory, String name, S3Object object) {
        return new FileEntry(directory.resolve(name), object.size(), object.lastModified(), FileEntry.Kind.FILE);
    }

    private static boolean isListed(String name, String startAt) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && Utf8Order.INSTANCE.compare(name, startAt) >= 0;
    }

    @Override
    public Optional<FileEntry> find(Location file) throws IOException {
        Optional<FileEntry> found = findFile(file);
        return found.isPresent() ? found : findDirectory(file);
    }

    private Optional<FileEntry> findDirectory(Location directory) throws IOException {
        try {
            ListObjectsV2Response below = s3.repeating()
                    .listObjectsV2(request -> request.bucket(directory.authority())
                            .prefix(prefix(directory))
                            .maxKeys(1));
            return below.contents().isEmpty()
                    ? Optional.empty()
                    : Optional.of(new FileEntry(directory, 0, Instant.EPOCH, FileEntry.Kind.DIRECTORY));
        } catch (SdkException e) {
            throw S3Errors.of(directory, e);
        }
    }

    @Override
    public Optional<FileEntry> findFile(Location file) throws IOException {
        if (key(file).isEmpty()) {
            return Optional.empty();
        }
        try {
            HeadObjectResponse head = s3.repeating()
                    .headObject(request -> request.bucket(file.authority()).key(key(file)));
            return Optional.of(new FileEntry(file, head.contentLength(), head.lastModified(), FileEntry.Kind.FILE));
        } catch (SdkException e) {
            if (S3Errors.status(e) == S3Errors.NOT_FOUND) {
                return Optional.empty();
            }
            throw S3Errors.of(file, e);
        }
    }

    @Override
    public InputStream open(Location file, long offset) throws IOException {
        return open(file, "bytes=" + offset + "-");
    }

    @Override
    public InputStream open(Location file, long offset, long length) throws IOException {
        return length == 0
                ? InputStream.nullInputStream()
                : open(file, "bytes=" + offset + "-" + (offset + length - 1));
    }

    private InputStream open(Location file, String range) throws IOException {
        try {
            return new ObjectStream(s3.repeating()
                    .getObject(request ->
                            request.bucket(file.authority()).key(key(file)).range(range)));
        } catch (SdkException e) {
            if (S3Errors.status(e) == S3Errors.RANGE_NOT_SATISFIABLE) {
                return InputStream.nullInputStream();
            }
            throw S3Errors.of(file, e);
        }
    }

    @Override
    public byte[] read(Location file) throws IOException {
        try {
            return readOnce(file);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException brokenOff) {
            return readOnce(file);
        }
    }

    /// As a stream, because only the wait for its beginning is limited.
    private byte[] readOnce(Location file) throws IOException {
        try (InputStream content = s3.repeating()
                .getObject(request -> request.bucket(file.authority()).key(key(file)))) {
            return content.readAllBytes();
        } catch (SdkException e) {
            throw S3Errors.of(file, e);
        }
    }

    /// A limit for a request that brings so many bytes.
    private static Duration withTimeFor(long bytes, Duration limit) {
        return limit.plusSeconds(bytes >> 20);
    }

    @Override
    public PutOutcome putIfAbsent(Location file, byte[] content) {
        Transmission transmission = new Transmission();
        PutObjectRequest request = PutObjectRequest.builder()
                .bucket(file.authority())
                .key(key(file))
                .ifNoneMatch("*")
                .overrideConfiguration(
                        options -> options.apiCallTimeout(withTimeFor(content.length, limits.putTimeout()))
                                .putExecutionAttribute(Transmission.ATTRIBUTE, transmission))
                .build();
        try {
            s3.once().putObject(request, RequestBody.fromBytes(content));
            return new PutOutcome.Created();
        } catch (SdkException e) {
            return S3Errors.ofPut(e, transmission.state());
        }
    }

    @Override
    public void put(Location file, byte[] content) throws IOException {
        try {
            s3.repeating()
                    .putObject(
                            request -> request.bucket(file.authority())
                                    .key(key(file))
                                    .overrideConfiguration(options -> options.apiCallTimeout(
                                            withTimeFor(content.length, limits.answerTimeout()))),
                            RequestBody.fromBytes(content));
        } catch (SdkException e) {
            throw S3Errors.of(file, e);
        }
    }

    @Override
    public void store(Path staged, Location target) throws IOException {
        if (!Files.exists(staged)) {
            throw new NoSuchFileException(staged.toString());
        }
        String uploadId = UUID.randomUUID().toString();
        Duration limit = withTimeFor(Files.size(staged), limits.answerTimeout());
        try {
            s3.repeating()
                    .putObject(
                            request -> request.bucket(target.authority())
                                    .key(key(target))
                                    .ifNoneMatch("*")
                                    .metadata(Map.of(UPLOAD_ID, uploadId))
                                    .overrideConfiguration(options -> options.apiCallTimeout(limit)),
                            RequestBody.fromFile(staged));
        } catch (SdkException e) {
            if (S3Errors.status(e) != S3Errors.PRECONDITION_FAILED) {
                throw S3Errors.of(target, e);
            }
            requireOwn(target, uploadId);
        }
        Files.delete(staged);
    }

    /// A put that was repeated because its first answer was lost finds its own object.
    private void requireOwn(Location target, String uploadId) throws IOException {
        try {
            Map<String, String> metadata = s3.repeating()
                    .headObject(request -> request.bucket(target.authority()).key(key(target)))
                    .metadata();
            if (!uploadId.equals(metadata.get(UPLOAD_ID))) {
                throw new FileAlreadyExistsException(target.toString());
            }
        } catch (SdkException e) {
            throw S3Errors.of(target, e);
        }
    }

    @Override
    public Path stagingDirectory() throws IOException {
        return staging.path();
    }

    @Override
    public void delete(Location file) throws IOException {
        try {
            s3.repeating()
                    .deleteObject(request -> request.bucket(file.authority()).key(key(file)));
        } catch (SdkException e) {
            throw S3Errors.of(file, e);
        }
    }

    @Override
    public void deleteAll(List<Location> files) throws IOException {
        try {
            for (int from = 0; from < files.size(); from += DELETES_AT_ONCE) {
                List<Location> some = files.subList(from, Math.min(files.size(), from + DELETES_AT_ONCE));
                deleteKeys(some.getFirst(), some.stream().map(S3Storage::key).toList());
            }
        } catch (SdkException e) {
            throw S3Errors.of(files.getFirst(), e);
        }
    }

    @Override
    public int deletesAtOnce() {
        return DELETES_AT_ONCE;
    }

    @Override
    public void deleteTree(Location directory) throws IOException {
        if (key(directory).isEmpty()) {
            throw new IllegalArgumentException("A whole bucket is never deleted.");
        }
        try {
            for (ListObjectsV2Response page : s3.repeating()
                    .listObjectsV2Paginator(
                            request -> request.bucket(directory.authority()).prefix(prefix(directory)))) {
                deleteKeys(
                        directory, page.contents().stream().map(S3Object::key).toList());
            }
        } catch (SdkException e) {
            throw S3Errors.of(directory, e);
        }
    }

    /// @param place of the keys, for its bucket
    /// @param names a page of a listing, or as many
    private void deleteKeys(Location place, List<String> names) throws IOException {
        if (names.isEmpty()) {
            return;
        }
        List<ObjectIdentifier> keys = names.stream()
                .map(name -> ObjectIdentifier.builder().key(name).build())
                .toList();
        DeleteObjectsResponse response = s3.repeating()
                .deleteObjects(request -> request.bucket(place.authority())
                        .overrideConfiguration(options -> options.apiCallTimeout(limits.requestTimeout()))
                        .delete(delete -> delete.objects(keys).quiet(true)));
        if (response.hasErrors() && !response.errors().isEmpty()) {
            throw new IOException(
                    response.errors().size() + " objects were not deleted, of " + names.size() + " at " + place);
        }
    }

    /// Gives the connections up; the staging directory is its owner's to close.
    @Override
    public void close() {
        s3.close();
    }

    private static String key(Location location) {
        return location.path().substring(1);
    }

    private static String prefix(Location directory) {
        return key(directory).isEmpty() ? "" : key(directory) + "/";
    }
}
