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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/// Objects of S3 or a store that speaks its protocol.
///
/// Each operation is one request, so that what an endpoint costs can be counted; only `find` and deletes of trees need
/// more. A key with an empty, `.` or `..` segment is no location and is left out of listings.
public final class S3Storage implements Storage, AutoCloseable {

    /// Tells our own object from a rival's when the answer to its put was lost.
    private static final String UPLOAD_ID = "sluice-upload";

    /// As many as a bulk delete takes, and as a page of a listing holds.
    private static final int DELETES_AT_ONCE = 1_000;

    private final S3Connection s3;
    private final Listing listing;
    private final StagingDirectory staging;
    private final StorageProperties.Requests limits;

    public S3Storage(StorageProperties properties, StagingDirectory staging) {
        this.s3 = S3Connection.open(properties.s3(), properties.storage());
        this.listing = new Listing(s3);
        this.staging = staging;
        this.limits = properties.storage();
    }

    @Override
    public List<FileEntry> list(Location directory, String startAt) throws IOException {
        List<FileEntry> entries = new ArrayList<>();
        listing.each(directory, startAt, entries::add);
        // Keys are in order, but `a-b` comes before `a/`.
        entries.sort(Comparator.comparing(FileEntry::name, Utf8Order.INSTANCE));
        return entries;
    }

    @Override
    public void forEach(Location directory, EntrySink sink) throws IOException {
        listing.each(directory, "", sink);
    }

    @Override
    public Optional<FileEntry> find(Location file) throws IOException {
        Optional<FileEntry> found = findFile(file);
        return found.isPresent() ? found : listing.directory(file);
    }

    @Override
    public Optional<FileEntry> findFile(Location file) throws IOException {
        if (Keys.key(file).isEmpty()) {
            return Optional.empty();
        }
        try {
            HeadObjectResponse head = s3.repeating()
                    .headObject(request -> request.bucket(file.authority()).key(Keys.key(file)));
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
                            request.bucket(file.authority()).key(Keys.key(file)).range(range)));
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
                .getObject(request -> request.bucket(file.authority()).key(Keys.key(file)))) {
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
                .key(Keys.key(file))
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
                                    .key(Keys.key(file))
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
                                    .key(Keys.key(target))
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
                    .headObject(request -> request.bucket(target.authority()).key(Keys.key(target)))
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
                    .deleteObject(request -> request.bucket(file.authority()).key(Keys.key(file)));
        } catch (SdkException e) {
            throw S3Errors.of(file, e);
        }
    }

    @Override
    public void deleteAll(List<Location> files) throws IOException {
        try {
            for (int from = 0; from < files.size(); from += DELETES_AT_ONCE) {
                List<Location> some = files.subList(from, Math.min(files.size(), from + DELETES_AT_ONCE));
                deleteKeys(some.getFirst(), some.stream().map(Keys::key).toList());
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
        if (Keys.key(directory).isEmpty()) {
            throw new IllegalArgumentException("A whole bucket is never deleted.");
        }
        try {
            for (List<String> page : listing.below(directory)) {
                deleteKeys(directory, page);
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
}
