package io.sluice.compute.column;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;

/// Strings in UTF-8, and binary values.
public final class BytesCells extends Cells {

    private byte[] data = new byte[256];
    private int[] ends = new int[17];

    public void append(byte[] value) {
        append(value, 0, value.length);
    }

    public void append(byte[] source, int offset, int length) {
        int start = ends[size()];
        reserve(start, length);
        System.arraycopy(source, offset, data, start, length);
        finish(start + length, true);
    }

    /// Appends text as UTF-8.
    ///
    /// @return false, and nothing is appended, when the text has a surrogate without its partner
    public boolean appendText(char[] text, int offset, int length) {
        int start = ends[size()];
        reserve(start, Math.multiplyExact(3, length));
        int at = start;
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            char c = text[i];
            if (c < 0x80) {
                data[at++] = (byte) c;
            } else if (c < 0x800) {
                data[at++] = (byte) (0xC0 | (c >> 6));
                data[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (!Character.isSurrogate(c)) {
                data[at++] = (byte) (0xE0 | (c >> 12));
                data[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
                data[at++] = (byte) (0x80 | (c & 0x3F));
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text[i + 1])) {
                int point = Character.toCodePoint(c, text[++i]);
                data[at++] = (byte) (0xF0 | (point >> 18));
                data[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
                data[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
                data[at++] = (byte) (0x80 | (point & 0x3F));
            } else {
                return false;
            }
        }
        finish(at, true);
        return true;
    }

    public byte[] value(int row) {
        return Arrays.copyOfRange(data, ends[row], ends[row + 1]);
    }

    public int length(int row) {
        return ends[row + 1] - ends[row];
    }

    /// The value as text; for columns of strings only.
    public String text(int row) {
        return new String(data, ends[row], length(row), StandardCharsets.UTF_8);
    }

    @Override
    public void appendNull() {
        finish(ends[size()], false);
    }

    private void reserve(int start, int length) {
        int needed = Math.addExact(start, length);
        if (needed > data.length) {
            data = Arrays.copyOf(data, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 16, 2L * data.length)));
        }
    }

    private void finish(int end, boolean present) {
        int next = size() + 1;
        if (next == ends.length) {
            ends = Arrays.copyOf(ends, grown(next));
        }
        ends[next] = end;
        added(present);
    }

    @Override
    public void appendFrom(Cells other, int row) {
        if (other.isNull(row)) {
            appendNull();
        } else {
            var from = (BytesCells) other;
            append(from.data, from.ends[row], from.length(row));
        }
    }

    @Override
    public boolean sameValue(int row, Cells other, int otherRow) {
        var that = (BytesCells) other;
        return isNull(row) == that.isNull(otherRow)
                && (isNull(row)
                        || Arrays.equals(
                                data,
                                ends[row],
                                ends[row + 1],
                                that.data,
                                that.ends[otherRow],
                                that.ends[otherRow + 1]));
    }

    @Override
    public Object boxed(int row) {
        return ByteBuffer.wrap(value(row));
    }

    @Override
    public long bytes() {
        return validityBytes() + 4L * size() + ends[size()];
    }

    @Override
    public void exportTo(FieldVector vector) {
        var target = (BaseVariableWidthVector) vector;
        target.allocateNew(ends[size()], size());
        exportValidity(vector);
        IntArrays.copy(ends, size() + 1, vector.getOffsetBuffer());
        vector.getDataBuffer().setBytes(0, data, 0, ends[size()]);
        target.setLastSet(size() - 1);
        vector.setValueCount(size());
    }
}
