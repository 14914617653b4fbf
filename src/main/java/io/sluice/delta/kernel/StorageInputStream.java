package io.sluice.delta.kernel;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// Random access over [Storage#open]: small files are read whole, once; in large ones a seek opens the file anew.
final class StorageInputStream extends SeekableInputStream {

    private static final long WHOLE_FILE_BYTES = 32L << 20;
    private static final long SKIP_BYTES = 256L << 10;

    private final Storage storage;
    private final Location location;
    private final byte @Nullable [] whole;
    private @Nullable InputStream open;
    private long openAt;
    private long position;

    StorageInputStream(Storage storage, Location location, long length) throws IOException {
        this.storage = storage;
        this.location = location;
        this.whole = length <= WHOLE_FILE_BYTES ? readWhole() : null;
    }

    private byte[] readWhole() throws IOException {
        try {
            return storage.read(location);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    @Override
    public long getPos() {
        return position;
    }

    @Override
    public void seek(long newPosition) throws IOException {
        if (newPosition < 0) {
            throw new EOFException("a negative position");
        }
        position = newPosition;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        try {
            InputStream in = at(position);
            int count = in.read(bytes, offset, length);
            if (count > 0) {
                position += count;
                openAt = position;
            }
            return count;
        } catch (NoSuchFileException | StoreException e) {
            throw e;
        } catch (IOException e) {
            throw new StoreException(e);
        }
    }

    @Override
    public void readFully(byte[] bytes, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = read(bytes, offset + done, length - done);
            if (count < 0) {
                throw new EOFException("the file ends after " + position + " bytes");
            }
            done += count;
        }
    }

    private InputStream at(long wanted) throws IOException {
        InputStream current = open;
        if (current != null && wanted >= openAt && wanted - openAt <= SKIP_BYTES) {
            current.skipNBytes(wanted - openAt);
            openAt = wanted;
            return current;
        }
        close();
        byte[] bytes = whole;
        InputStream opened = bytes == null
                ? storage.open(location, wanted)
                : new ByteArrayInputStream(bytes, (int) Math.min(wanted, bytes.length), bytes.length);
        open = opened;
        openAt = wanted;
        return opened;
    }

    @Override
    public void close() throws IOException {
        InputStream current = open;
        open = null;
        if (current != null) {
            current.close();
        }
    }
}
