package io.sluice.delta;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.roaringbitmap.RoaringBitmap;

/// Writes deletion vectors as the protocol's text has them.
final class VectorBytes {

    private VectorBytes() {}

    static byte[] portable(long... rows) {
        Map<Integer, RoaringBitmap> buckets = new TreeMap<>();
        for (long row : rows) {
            buckets.computeIfAbsent((int) (row >>> 32), _ -> new RoaringBitmap())
                    .add((int) row);
        }
        int size = 12
                + buckets.values().stream()
                        .mapToInt(each -> 4 + each.serializedSizeInBytes())
                        .sum();
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(1_681_511_377).putLong(buckets.size());
        buckets.forEach((key, bitmap) -> {
            bytes.putInt(key);
            bitmap.serialize(bytes);
        });
        return bytes.array();
    }

    static Action.DeletionVector inline(long... rows) {
        byte[] bytes = portable(rows);
        return new Action.DeletionVector("i", Z85.encode(bytes), OptionalLong.empty(), bytes.length, rows.length);
    }

    /// A deletion vector file with one vector, which begins at offset 1.
    static byte[] file(byte[] vector) {
        CRC32 checksum = new CRC32();
        checksum.update(vector);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(1);
        file.writeBytes(ByteBuffer.allocate(4).putInt(vector.length).array());
        file.writeBytes(vector);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array());
        return file.toByteArray();
    }
}
