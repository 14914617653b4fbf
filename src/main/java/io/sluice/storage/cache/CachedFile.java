package io.sluice.storage.cache;

import io.sluice.storage.ByteRange;
import io.sluice.storage.Location;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// A sparse local file and which of its blocks are there. Everything here is guarded by the cache's lock.
final class CachedFile {

    /// Small enough not to fetch much that nobody asked for, large enough to be worth a request.
    static final int BLOCK_BYTES = 256 * 1024;

    final Location location;
    final long sizeBytes;
    final Path path;

    /// On the disk.
    final BitSet present = new BitSet();

    /// On their way.
    final Map<Integer, CompletableFuture<Void>> fetching = new HashMap<>();

    int leases;

    CachedFile(Location location, long sizeBytes, Path path) {
        this.location = location;
        this.sizeBytes = sizeBytes;
        this.path = path;
    }

    /// The blocks that hold these ranges.
    BitSet blocksOf(List<ByteRange> ranges) {
        BitSet blocks = new BitSet();
        for (ByteRange range : ranges) {
            long end = Math.min(sizeBytes, range.offset() + range.length());
            if (range.offset() < end) {
                blocks.set((int) (range.offset() / BLOCK_BYTES), (int) ((end - 1) / BLOCK_BYTES) + 1);
            }
        }
        return blocks;
    }

    /// Those of the blocks that are neither here nor on their way.
    BitSet missing(BitSet blocks) {
        BitSet missing = (BitSet) blocks.clone();
        missing.andNot(present);
        fetching.keySet().forEach(missing::clear);
        return missing;
    }

    long bytesOf(BitSet blocks) {
        long bytes = (long) blocks.cardinality() * BLOCK_BYTES;
        int last = (int) ((sizeBytes - 1) / BLOCK_BYTES);
        return blocks.get(last) ? bytes - BLOCK_BYTES + (sizeBytes - (long) last * BLOCK_BYTES) : bytes;
    }

    boolean isEvictable() {
        return leases == 0 && fetching.isEmpty();
    }
}
