package io.sluice.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// One file system or object store. Implementations are safe for use by many threads and pass `StorageContract`.
///
/// A file that is not there is a `java.nio.file.NoSuchFileException`; any other IOException means that the store did
/// not answer as it should.
public interface Storage {

    /// The direct children of a directory whose names are equal to or after `startAt` (UTF-8 byte order), sorted
    /// by name. A directory that does not exist has no children.
    List<FileEntry> list(Location directory, String startAt) throws IOException;

    /// The files among them, no directories, whose names also come before `endBefore`: those that come after it
    /// cost nothing, or no more than their names.
    default List<FileEntry> listFiles(Location directory, String startAt, String endBefore) throws IOException {
        return list(directory, startAt).stream()
                .filter(entry ->
                        entry.kind() == FileEntry.Kind.FILE && Utf8Order.INSTANCE.compare(entry.name(), endBefore) < 0)
                .toList();
    }

    /// All children in no order, one after the other: for a directory with more of them than should be in
    /// memory. Symbolic links are left out: what they lead to is a child of another directory.
    default void forEach(Location directory, EntrySink sink) throws IOException {
        for (FileEntry entry : list(directory, "")) {
            sink.take(entry);
        }
    }

    /// Takes entries as they are listed.
    @FunctionalInterface
    interface EntrySink {
        void take(FileEntry entry) throws IOException;
    }

    /// The file or directory at this location. An object store has directories as far as there are objects below;
    /// it is asked twice when there is no object of this name.
    Optional<FileEntry> find(Location file) throws IOException;

    /// The file at this location: one request to the store, whatever the answer.
    default Optional<FileEntry> findFile(Location file) throws IOException {
        return find(file).filter(entry -> entry.kind() == FileEntry.Kind.FILE);
    }

    /// Reads from `offset` to the end. The caller closes the stream.
    InputStream open(Location file, long offset) throws IOException;

    /// Reads `length` bytes from `offset`, or fewer where the file ends. The caller closes the stream.
    default InputStream open(Location file, long offset, long length) throws IOException {
        return new BoundedStream(open(file, offset), length);
    }

    /// The whole content of a small file.
    byte[] read(Location file) throws IOException;

    /// Creates a file with these bytes if none is there: atomically among all processes, durable when
    /// [PutOutcome.Created] is returned. One attempt, bounded in time, no hidden retry.
    PutOutcome putIfAbsent(Location file, byte[] content);

    /// Why this location cannot be written safely whatever a trial shows; empty when nothing is known against it.
    /// Makes and removes small files below it.
    default Optional<String> whyUnsafe(Location directory) throws IOException {
        return Optional.empty();
    }

    /// Makes a file durable that was found under its name although the put that made it was not answered with
    /// [PutOutcome.Created]. An object store shows nothing that is not durable.
    ///
    /// @throws IOException when it may not survive a power cut; it may be asked for again
    default void makeDurable(Location file) throws IOException {}

    /// The time by the store's own clock, which is what the times of files go by: that of a small file which is
    /// put for this, and stays.
    default Instant now(Location probe) throws IOException {
        put(probe, new byte[] {'\n'});
        return findFile(probe).map(FileEntry::modified).orElseThrow(() -> new NoSuchFileException(probe.toString()));
    }

    /// Creates or replaces a small file, durably; readers see the old or the new content, never a part.
    void put(Location file, byte[] content) throws IOException;

    /// Moves a finished local file, made below [#stagingDirectory()], to its place; durable on return (data and
    /// directory entry). Replaces nothing: names are unique by construction, and a name that is taken is a
    /// `java.nio.file.FileAlreadyExistsException`. Directories above the target are made. The staged file is gone
    /// afterwards.
    void store(Path staged, Location target) throws IOException;

    /// A local directory where files to be stored are made; on a local root it is on the root's file system, so
    /// that `store` is a rename.
    Path stagingDirectory() throws IOException;

    /// Deletes a file; one that is not there is no error.
    void delete(Location file) throws IOException;

    /// Deletes files; those that are not there are no error. When it fails, some of them may be gone.
    default void deleteAll(List<Location> files) throws IOException {
        for (Location file : files) {
            delete(file);
        }
    }

    /// How many files [#deleteAll] deletes with one request to the store.
    default int deletesAtOnce() {
        return 1;
    }

    /// Deletes everything below a directory, and the directory; one that is not there is no error.
    void deleteTree(Location directory) throws IOException;
}
