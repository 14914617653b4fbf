package io.sluice.delta.kernel;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Kernel's file access over [Storages], for one table. Kernel's paths are Hadoop's: `scheme:/path` or
/// `scheme://authority/path`, not percent-encoded.
///
/// What is written waits in the staging directory until [#publish()]: a writer that fails half way must leave nothing,
/// and Parquet's closes a file properly even then.
///
/// What lies neither below the table nor at an allowed location is denied ([DeniedPathException]), whatever a log
/// says.
public final class StorageFileIo implements FileIO, AutoCloseable {

    private final Storages storages;
    private final Location table;
    private final Predicate<String> shown;
    private final List<StorageOutputFile> written = new ArrayList<>();

    public StorageFileIo(Storages storages, Location table) {
        this(storages, table, _ -> true);
    }

    /// @param shown names of files that a listing tells
    StorageFileIo(Storages storages, Location table, Predicate<String> shown) {
        this.storages = storages;
        this.table = table;
        this.shown = shown;
    }

    @Override
    public CloseableIterator<FileStatus> listFrom(String filePath) throws IOException {
        Location from = location(filePath);
        List<FileEntry> children;
        try {
            children = storage(from).list(from.parent(), from.name());
        } catch (IOException e) {
            throw new StoreException(e);
        }
        if (children.isEmpty()) {
            throw new FileNotFoundException(filePath);
        }
        return Utils.toCloseableIterator(children.stream()
                .filter(child -> shown.test(child.name()))
                .map(StorageFileIo::status)
                .iterator());
    }

    @Override
    public FileStatus getFileStatus(String path) throws IOException {
        Location file = location(path);
        for (StorageOutputFile output : written) {
            if (output.isOf(file)) {
                return output.status();
            }
        }
        Optional<FileEntry> entry;
        try {
            entry = storage(file).find(file);
        } catch (IOException e) {
            throw new StoreException(e);
        }
        return status(entry.orElseThrow(() -> new FileNotFoundException(path)));
    }

    @Override
    public String resolvePath(String path) throws IOException {
        return path(location(path));
    }

    @Override
    public boolean mkdirs(String path) throws IOException {
        location(path);
        return true; // storage makes directories with the files in them
    }

    @Override
    public InputFile newInputFile(String path, long fileSize) {
        try {
            Location file = location(path);
            return new StorageInputFile(storage(file), file, path, fileSize);
        } catch (DeniedPathException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public OutputFile newOutputFile(String path) {
        try {
            Location file = location(path);
            StorageOutputFile output = new StorageOutputFile(storage(file), file, path);
            written.add(output);
            return output;
        } catch (DeniedPathException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// Deletes nothing: with a checkpoint Kernel would also clean the log up, which is `LogCleanup`'s.
    @Override
    public boolean delete(String path) {
        return false;
    }

    @Override
    public Optional<String> getConf(String key) {
        return Optional.empty();
    }

    @Override
    public void copyFileAtomically(String source, String target, boolean overwrite) {
        throw new UnsupportedOperationException("only catalog-managed tables copy log files");
    }

    /// Moves what was written to its places, in the order in which it was written.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException when somebody else was faster
    public void publish() throws IOException {
        for (StorageOutputFile output : written) {
            output.publish();
        }
    }

    /// Drops what was written and not published.
    @Override
    public void close() throws IOException {
        for (StorageOutputFile output : written) {
            output.discard();
        }
    }

    /// What Kernel calls this file.
    public static FileStatus status(FileEntry entry) {
        return FileStatus.of(
                path(entry.location()), entry.sizeBytes(), entry.modified().toEpochMilli());
    }

    /// As Hadoop's `Path` prints it: Kernel compares such texts.
    static String path(Location location) {
        return location.authority().isEmpty()
                ? location.scheme() + ":" + location.path()
                : location.toUnescapedString();
    }

    private Storage storage(Location location) throws DeniedPathException {
        try {
            return storages.of(location);
        } catch (IllegalArgumentException e) {
            throw new DeniedPathException(location.toString(), e);
        }
    }

    private Location location(String path) throws DeniedPathException {
        Location location;
        try {
            location = parse(path);
        } catch (IllegalArgumentException e) {
            throw new DeniedPathException(path, e);
        }
        if (!location.isWithin(table) && !storages.isAllowed(location)) {
            throw new DeniedPathException(path);
        }
        return location;
    }

    private Location parse(String path) {
        int colon = path.indexOf(':');
        int slash = path.indexOf('/');
        if (colon < 0 || slash < colon) {
            return new Location(table.scheme(), table.authority(), path);
        }
        String rest = path.substring(colon + 1);
        if (!rest.startsWith("//")) {
            return new Location(path.substring(0, colon), "", rest);
        }
        int authorityEnd = rest.indexOf('/', 2);
        return authorityEnd < 0
                ? new Location(path.substring(0, colon), rest.substring(2), "/")
                : new Location(path.substring(0, colon), rest.substring(2, authorityEnd), rest.substring(authorityEnd));
    }
}
