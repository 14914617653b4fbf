package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.CRC32;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/// Writes deletion vectors together into files of the table, or small ones into the log entry itself where an operator
/// asks for that (Delta protocol, "Deletion Vectors"): the `VACUUM` of Delta 4.4.0 for Spark fails on a table that has
/// one in its log.
@Component
public class DeletionVectorWriter {

    private static final byte FORMAT_VERSION = 1;
    private static final long FILE_BYTES = 16L << 20;
    private static final String RANDOM_PREFIXES = "delta.randomizeFilePrefixes";
    private static final String PREFIX_LENGTH = "delta.randomPrefixLength";
    private static final int MOST_PREFIX_CHARACTERS = 16;

    private final Storages storages;
    private final DeletionVectors known;
    private final int inlineBytes;
    private final Supplier<UUID> ids;

    @Autowired
    public DeletionVectorWriter(
            Storages storages, DeletionVectors known, @Value("${sluice.vectors.inline-bytes:0}") int inlineBytes) {
        this(storages, known, inlineBytes, UUID::randomUUID);
    }

    /// @param inlineBytes vectors up to this many bytes stand in the log
    /// @param ids of new files; never the same twice
    DeletionVectorWriter(Storages storages, DeletionVectors known, int inlineBytes, Supplier<UUID> ids) {
        this.storages = storages;
        this.known = known;
        this.inlineBytes = inlineBytes;
        this.ids = ids;
    }

    /// What stands for the vectors in the log, in their order, and the files that had to be made for them,
    /// durable.
    public record Written(List<Action.DeletionVector> vectors, List<Location> files) {

        public Written {
            vectors = List.copyOf(vectors);
            files = List.copyOf(files);
        }
    }

    /// @param vectors for each the sorted indexes of the rows that it removes, at least one
    /// @throws IOException when the store did not take a file; those before it are deleted
    public Written write(TableSnapshot snapshot, List<long[]> vectors) throws IOException {
        List<Action.DeletionVector> written = new ArrayList<>(vectors.size());
        List<Location> files = new ArrayList<>();
        Optional<VectorFile> open = Optional.empty();
        try {
            for (long[] rows : vectors) {
                byte[] bitmap = RowIndexBitmap.write(rows);
                Action.DeletionVector vector;
                if (bitmap.length <= inlineBytes) {
                    vector = new Action.DeletionVector(
                            "i", Z85.encode(bitmap), OptionalLong.empty(), bitmap.length, rows.length);
                } else {
                    VectorFile file = open.orElseGet(() -> new VectorFile(prefix(snapshot), ids.get()));
                    vector = file.append(bitmap, rows.length);
                    open = Optional.of(file);
                    if (file.size() >= FILE_BYTES) {
                        files.add(store(snapshot, file));
                        open = Optional.empty();
                    }
                }
                written.add(vector);
            }
            if (open.isPresent()) {
                files.add(store(snapshot, open.get()));
            }
        } catch (IOException | RuntimeException | Error e) {
            discard(files);
            throw e;
        }
        for (int i = 0; i < vectors.size(); i++) {
            known.remember(snapshot, written.get(i), vectors.get(i));
        }
        return new Written(written, files);
    }

    private Location store(TableSnapshot snapshot, VectorFile file) throws IOException {
        Location target = snapshot.location().resolve(file.path());
        storages.of(target).put(target, file.content());
        return target;
    }

    private void discard(List<Location> files) {
        for (Location file : files) {
            try {
                storages.of(file).delete(file);
            } catch (IOException | RuntimeException leftBehind) {
                // No commit names it: vacuum deletes it.
            }
        }
    }

    private String prefix(TableSnapshot snapshot) {
        var properties = snapshot.metadata().configuration();
        if (!"true".equalsIgnoreCase(properties.get(RANDOM_PREFIXES))) {
            return "";
        }
        String text = ids.get().toString().replace("-", "");
        String length = properties.getOrDefault(PREFIX_LENGTH, "2");
        int wanted = length.matches("[1-9][0-9]?") ? Integer.parseInt(length) : 2;
        return text.substring(0, Math.min(wanted, MOST_PREFIX_CHARACTERS));
    }

    /// One file in the making: the version of the format, then size, bitmap and checksum of each vector.
    private static final class VectorFile {

        private final String prefix;
        private final UUID id;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        VectorFile(String prefix, UUID id) {
            this.prefix = prefix;
            this.id = id;
            bytes.write(FORMAT_VERSION);
        }

        Action.DeletionVector append(byte[] bitmap, long cardinality) {
            int offset = bytes.size();
            CRC32 checksum = new CRC32();
            checksum.update(bitmap);
            try (DataOutputStream out = new DataOutputStream(bytes)) {
                out.writeInt(bitmap.length);
                out.write(bitmap);
                out.writeInt((int) checksum.getValue());
            } catch (IOException impossible) {
                throw new IllegalStateException("memory takes every byte", impossible);
            }
            return new Action.DeletionVector(
                    "u", prefix + Z85.encodeUuid(id), OptionalLong.of(offset), bitmap.length, cardinality);
        }

        int size() {
            return bytes.size();
        }

        String path() {
            String name = "deletion_vector_" + id + ".bin";
            return prefix.isEmpty() ? name : prefix + "/" + name;
        }

        byte[] content() {
            return bytes.toByteArray();
        }
    }
}
