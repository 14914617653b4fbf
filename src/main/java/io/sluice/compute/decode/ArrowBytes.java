package io.sluice.compute.decode;

import io.sluice.compute.column.BytesCells;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.ViewVarBinaryVector;
import org.apache.arrow.vector.ViewVarCharVector;

/// The bytes of single values in a vector, once it is certain that they lie in it.
@FunctionalInterface
interface ArrowBytes {

    byte[] at(int row);

    /// Of a vector of texts; empty for another one.
    static Optional<ArrowBytes> text(FieldVector vector) {
        return switch (vector) {
            case VarCharVector text -> Optional.of(row -> text.get(inData(text, row)));
            case LargeVarCharVector text -> Optional.of(row -> text.get(inData(text, row)));
            case ViewVarCharVector text -> Optional.of(row -> text.get(inData(text, row)));
            default -> Optional.empty();
        };
    }

    /// Of a vector of binaries; empty for another one.
    static Optional<ArrowBytes> binary(FieldVector vector) {
        return switch (vector) {
            case VarBinaryVector bytes -> Optional.of(row -> bytes.get(inData(bytes, row)));
            case LargeVarBinaryVector bytes -> Optional.of(row -> bytes.get(inData(bytes, row)));
            case ViewVarBinaryVector bytes -> Optional.of(row -> bytes.get(inData(bytes, row)));
            case FixedSizeBinaryVector bytes -> Optional.of(bytes::get);
            default -> Optional.empty();
        };
    }

    /// The row, when its bytes lie in the vector's data: a body's offsets are not believed, since Arrow makes an
    /// array of the length that they name before it looks.
    private static int inData(BaseVariableWidthVector vector, int row) {
        requireInData(
                vector.getStartOffset(row),
                vector.getEndOffset(row),
                vector.getDataBuffer().capacity());
        return row;
    }

    private static int inData(BaseLargeVariableWidthVector vector, int row) {
        long at = (long) row * BaseLargeVariableWidthVector.OFFSET_WIDTH;
        ArrowBuf offsets = vector.getOffsetBuffer();
        requireInData(
                offsets.getLong(at),
                offsets.getLong(at + BaseLargeVariableWidthVector.OFFSET_WIDTH),
                vector.getDataBuffer().capacity());
        return row;
    }

    private static int inData(BaseVariableWidthViewVector vector, int row) {
        long largest = BaseVariableWidthViewVector.INLINE_SIZE;
        for (ArrowBuf data : vector.getDataBuffers()) {
            largest = Math.max(largest, data.capacity());
        }
        requireInData(0, vector.getValueLength(row), largest);
        return row;
    }

    private static void requireInData(long start, long end, long size) {
        if (start < 0 || end < start || end > size) {
            throw new IndexOutOfBoundsException("bytes " + start + " to " + end + " of " + size);
        }
    }

    static byte[] limited(byte[] value, int maxBytes) throws BadCellException {
        if (value.length > maxBytes) {
            throw new BadCellException("has more than " + maxBytes + " bytes");
        }
        return value;
    }

    /// Appends what must be UTF-8.
    static void string(BytesCells cells, byte[] value, int maxBytes) throws BadCellException {
        limited(value, maxBytes);
        for (byte b : value) {
            if (b < 0) {
                requireUtf8(value);
                break;
            }
        }
        cells.append(value);
    }

    private static void requireUtf8(byte[] value) throws BadCellException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value));
        } catch (CharacterCodingException e) {
            throw new BadCellException("is not UTF-8");
        }
    }
}
