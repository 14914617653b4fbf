package io.sluice.compute.column;

import java.nio.ByteOrder;
import org.apache.arrow.memory.ArrowBuf;

/// Offsets into Arrow buffers.
final class IntArrays {

    private IntArrays() {}

    static void copy(int[] source, int count, ArrowBuf target) {
        target.nioBuffer(0, 4 * count)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .put(source, 0, count);
    }
}
