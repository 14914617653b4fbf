package io.sluice.delta.kernel;

import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/// A file of the log as Kernel reads it.
final class StorageInputFile implements InputFile {

    private final Storage storage;
    private final Location location;
    private final String path;
    private long length;

    /// @param length in bytes, negative when it is not known
    StorageInputFile(Storage storage, Location location, String path, long length) {
        this.storage = storage;
        this.location = location;
        this.path = path;
        this.length = length;
    }

    @Override
    public long length() throws IOException {
        if (length < 0) {
            try {
                length = storage.find(location)
                        .orElseThrow(() -> new FileNotFoundException(path))
                        .sizeBytes();
            } catch (FileNotFoundException e) {
                throw e;
            } catch (IOException e) {
                throw new StoreException(e);
            }
        }
        return length;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
        try {
            return new StorageInputStream(storage, location, length());
        } catch (NoSuchFileException e) {
            FileNotFoundException missing = new FileNotFoundException(path);
            missing.initCause(e);
            throw missing;
        }
    }
}
