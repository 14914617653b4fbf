package io.sluice.delta;

import io.sluice.delta.kernel.KernelFailures;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/// Reads deletion vectors: inline, in a file of the table, in a file by absolute path (Delta protocol, "Deletion
/// Vectors").
@Component
public class DeletionVectors {

    private static final int MAX_CACHED_ROWS = 4_000_000;

    private record Key(Location table, Action.DeletionVector vector) {}

    private static final long MAX_ROWS = 32_000_000;

    private final Storages storages;
    private final long maxRows;
    private final Map<Key, long[]> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cachedRows;

    public DeletionVectors(Storages storages) {
        this(storages, MAX_ROWS);
    }

    /// @param maxRows of one vector: a few bytes of a log may name billions, and each takes eight in memory
    @Autowired
    DeletionVectors(Storages storages, @Value("${sluice.limits.vector-rows:32000000}") long maxRows) {
        this.storages = storages;
        this.maxRows = maxRows;
    }

    /// The indexes (from 0) of the rows of the data file that the vector removes, sorted. Not to be written to.
    ///
    /// @throws FailureException `files-missing` when the vector's file is gone, `table-corrupt` when it is not
    ///     what the log says
    public long[] read(TableSnapshot snapshot, Action.DeletionVector vector) {
        Key key = new Key(snapshot.location(), vector);
        synchronized (cache) {
            long[] known = cache.get(key);
            if (known != null) {
                return known;
            }
        }
        long[] rows = load(snapshot, vector);
        remember(key, rows);
        return rows;
    }

    /// Keeps what was just written, so that it need not be read back.
    void remember(TableSnapshot snapshot, Action.DeletionVector vector, long[] rows) {
        remember(new Key(snapshot.location(), vector), rows);
    }

    private void remember(Key key, long[] rows) {
        synchronized (cache) {
            long[] before = cache.put(key, rows);
            cachedRows += rows.length - (before == null ? 0 : before.length);
            var eldest = cache.values().iterator();
            while (cachedRows > MAX_CACHED_ROWS) {
                cachedRows -= eldest.next().length;
                eldest.remove();
            }
        }
    }

    private long[] load(TableSnapshot snapshot, Action.DeletionVector vector) {
        if (vector.cardinality() == 0) {
            return new long[0];
        }
        if (vector.cardinality() > maxRows) {
            throw new Failure.TooLarge("sluice.limits.vector-rows", maxRows, "rows of a deletion vector").asException();
        }
        try {
            return RowIndexBitmap.read(bytes(snapshot, vector), vector.cardinality());
        } catch (NoSuchFileException e) {
            throw new Failure.FilesMissing(snapshot.version()).asException(e);
        } catch (IOException | IllegalArgumentException e) {
            throw damaged().asException(e);
        }
    }

    /// Where the vector is stored; nothing for one that stands in the log itself.
    ///
    /// @throws FailureException `table-corrupt` when the log does not say where
    public Optional<Location> file(TableSnapshot snapshot, Action.DeletionVector vector) {
        try {
            return switch (vector.storageType()) {
                case "u" -> Optional.of(snapshot.location().resolve(relativePath(vector.pathOrInlineDv())));
                case "p" -> Optional.of(new TablePaths(snapshot.location(), storages).resolve(vector.pathOrInlineDv()));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            throw damaged().asException(e);
        }
    }

    private byte[] bytes(TableSnapshot snapshot, Action.DeletionVector vector) throws IOException {
        return switch (vector.storageType()) {
            case "i" -> inline(vector);
            case "u" -> stored(snapshot.location().resolve(relativePath(vector.pathOrInlineDv())), vector);
            case "p" -> stored(new TablePaths(snapshot.location(), storages).resolve(vector.pathOrInlineDv()), vector);
            default -> throw new IOException("an unknown storage type");
        };
    }

    private static byte[] inline(Action.DeletionVector vector) {
        byte[] bytes = Z85.decode(vector.pathOrInlineDv());
        if (vector.sizeInBytes() < 0 || vector.sizeInBytes() > bytes.length) {
            throw new IllegalArgumentException("not as long as the descriptor says");
        }
        return Arrays.copyOf(bytes, vector.sizeInBytes());
    }

    private static String relativePath(String prefixAndUuid) {
        int prefix = prefixAndUuid.length() - Z85.UUID_CHARACTERS;
        if (prefix < 0) {
            throw new IllegalArgumentException("the id is too short");
        }
        String name = "deletion_vector_" + Z85.decodeUuid(prefixAndUuid.substring(prefix)) + ".bin";
        return prefix == 0 ? name : prefixAndUuid.substring(0, prefix) + "/" + name;
    }

    private byte[] stored(Location file, Action.DeletionVector vector) throws IOException {
        try (InputStream in = storages.of(file).open(file, vector.offset().orElse(0));
                DataInputStream data = new DataInputStream(in)) {
            int size = data.readInt();
            if (size != vector.sizeInBytes() || size < 0) {
                throw damaged().asException();
            }
            byte[] bytes = data.readNBytes(size);
            if (bytes.length < size) {
                throw damaged().asException();
            }
            CRC32 checksum = new CRC32();
            checksum.update(bytes);
            if (data.readInt() != (int) checksum.getValue()) {
                throw damaged().asException();
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw e;
        } catch (EOFException e) {
            throw damaged().asException(e);
        } catch (IOException e) {
            throw KernelFailures.unavailable(e);
        }
    }

    private static Failure damaged() {
        return new Failure.TableCorrupt("a deletion vector is damaged");
    }
}
