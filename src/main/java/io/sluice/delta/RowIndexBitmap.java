package io.sluice.delta;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.InvalidRoaringFormat;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/// The bitmap of a deletion vector: 64-bit roaring in the portable format behind a magic number (Delta protocol,
/// "Deletion Vector Format"), or in the older format of Delta's own, which has a size instead of a key before each
/// bucket.
final class RowIndexBitmap {

    private static final int PORTABLE = 1_681_511_377;
    private static final int OLDER = 1_681_511_376;

    private RowIndexBitmap() {}

    /// The row indexes, sorted.
    ///
    /// @param expected how many there must be; checked before memory is taken
    /// @throws IOException when the bytes are not such a bitmap
    static long[] read(byte[] bytes, long expected) throws IOException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            int magic = in.getInt();
            if (magic != PORTABLE && magic != OLDER) {
                throw new IOException("not the magic number of a deletion vector");
            }
            long count = magic == PORTABLE ? in.getLong() : in.getInt();
            if (count < 0 || count > in.remaining() || expected < 0 || expected > Integer.MAX_VALUE - 16) {
                throw new IOException("impossible size");
            }
            RoaringBitmap[] buckets = new RoaringBitmap[(int) count];
            int[] keys = new int[(int) count];
            long cardinality = 0;
            for (int i = 0; i < count; i++) {
                int keyOrSize = in.getInt();
                keys[i] = magic == PORTABLE ? keyOrSize : i;
                if (keys[i] < 0 || i > 0 && keys[i] <= keys[i - 1]) {
                    throw new IOException("keys out of order");
                }
                buckets[i] = new RoaringBitmap();
                buckets[i].deserialize(in);
                in.position(in.position() + buckets[i].serializedSizeInBytes());
                cardinality += buckets[i].getLongCardinality();
            }
            if (cardinality != expected) {
                throw new IOException("the cardinality is not the descriptor's");
            }
            return indexes(buckets, keys, (int) cardinality);
        } catch (BufferUnderflowException
                | InvalidRoaringFormat
                | IllegalArgumentException
                | IndexOutOfBoundsException e) {
            throw new IOException(e);
        }
    }

    /// The bytes of a bitmap of these row indexes, in the portable format.
    ///
    /// @param rows sorted, none twice
    static byte[] write(long[] rows) {
        List<RoaringBitmap> buckets = new ArrayList<>();
        List<Integer> keys = new ArrayList<>();
        int size = Integer.BYTES + Long.BYTES;
        for (int start = 0; start < rows.length; ) {
            int key = (int) (rows[start] >>> 32);
            int end = start;
            RoaringBitmapWriter<RoaringBitmap> writer =
                    RoaringBitmapWriter.writer().get();
            while (end < rows.length && rows[end] >>> 32 == key) {
                writer.add((int) rows[end]);
                end++;
            }
            RoaringBitmap bucket = writer.get();
            bucket.runOptimize();
            keys.add(key);
            buckets.add(bucket);
            size += Integer.BYTES + bucket.serializedSizeInBytes();
            start = end;
        }
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(PORTABLE).putLong(buckets.size());
        for (int i = 0; i < buckets.size(); i++) {
            out.putInt(keys.get(i));
            buckets.get(i).serialize(out);
        }
        return out.array();
    }

    private static long[] indexes(RoaringBitmap[] buckets, int[] keys, int cardinality) {
        long[] indexes = new long[cardinality];
        int at = 0;
        for (int i = 0; i < buckets.length; i++) {
            long high = (long) keys[i] << 32;
            for (int low : buckets[i].toArray()) {
                indexes[at++] = high | low & 0xffff_ffffL;
            }
        }
        return indexes;
    }
}
