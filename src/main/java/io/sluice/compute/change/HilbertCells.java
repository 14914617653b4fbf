package io.sluice.compute.change;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/// The cells of a cube and their places on the Hilbert curve that goes through it.
///
/// A cell is named by its place on the Z-order curve: the bits of its coordinates, interleaved, those of the first
/// dimension in front. The curve is computed as in J. Skilling, "Programming the Hilbert curve" (2004).
///
/// @param bits of a coordinate
record HilbertCells(int dimensions, int bits) {

    static final String CELL = "\"sluice$cell\"";
    static final String PLACE = "\"sluice$place\"";

    /// So that there are at most 262,144 cells.
    private static final int KEY_BITS = 18;

    /// How finely each of so many dimensions is cut.
    static int bits(int dimensions) {
        return Math.max(1, KEY_BITS / dimensions);
    }

    /// All cells with their places.
    VectorSchemaRoot toArrow(BufferAllocator allocator) {
        int count = 1 << (dimensions * bits);
        FieldType type = FieldType.notNullable(new ArrowType.Int(64, true));
        var schema = new Schema(List.of(new Field("sluice$cell", type, null), new Field("sluice$place", type, null)));
        VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
        var cells = (BigIntVector) root.getVector(0);
        var places = (BigIntVector) root.getVector(1);
        cells.allocateNew(count);
        places.allocateNew(count);
        for (int cell = 0; cell < count; cell++) {
            cells.set(cell, cell);
            places.set(cell, place(cell));
        }
        root.setRowCount(count);
        return root;
    }

    long place(long cell) {
        int[] axes = coordinates(cell);
        for (int side = 1 << (bits - 1); side > 1; side >>= 1) {
            int below = side - 1;
            for (int i = 0; i < dimensions; i++) {
                if ((axes[i] & side) != 0) {
                    axes[0] ^= below;
                } else {
                    int swapped = (axes[0] ^ axes[i]) & below;
                    axes[0] ^= swapped;
                    axes[i] ^= swapped;
                }
            }
        }
        for (int i = 1; i < dimensions; i++) {
            axes[i] ^= axes[i - 1];
        }
        int parity = 0;
        for (int side = 1 << (bits - 1); side > 1; side >>= 1) {
            if ((axes[dimensions - 1] & side) != 0) {
                parity ^= side - 1;
            }
        }
        long place = 0;
        for (int i = 0; i < dimensions; i++) {
            place |= new CurveSql.Spread(i, dimensions, bits).of(axes[i] ^ parity);
        }
        return place;
    }

    int[] coordinates(long cell) {
        int[] axes = new int[dimensions];
        for (int bit = 0; bit < bits; bit++) {
            for (int i = 0; i < dimensions; i++) {
                axes[i] |= (int) (cell >> (bit * dimensions + (dimensions - 1 - i)) & 1) << bit;
            }
        }
        return axes;
    }
}
