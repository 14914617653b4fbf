package io.sluice.compute.decode;

import io.sluice.compute.column.IntCells;
import io.sluice.compute.column.LongCells;

/// Dates and timestamps, from ISO-8601.
abstract class TimeLeaf extends Leaf {

    /// What stands for a character that no date and no timestamp has.
    private static final byte OTHER = '?';

    private TimeLeaf(String wanted) {
        super(wanted);
    }

    /// As [#string], from bytes of ASCII.
    abstract void ascii(byte[] text, int offset, int length) throws BadCellException;

    @Override
    final void string(char[] text, int offset, int length) throws BadCellException {
        byte[] ascii = new byte[length];
        for (int i = 0; i < length; i++) {
            char character = text[offset + i];
            ascii[i] = character < 0x80 ? (byte) character : OTHER;
        }
        ascii(ascii, 0, length);
    }

    static final class Date extends TimeLeaf {

        private final IntCells cells;

        Date(IntCells cells) {
            super("a date as \"2026-11-20\"");
            this.cells = cells;
        }

        @Override
        void ascii(byte[] text, int offset, int length) throws BadCellException {
            cells.append(Times.date(text, offset, length));
        }
    }

    static final class Timestamp extends TimeLeaf {

        private final LongCells cells;

        Timestamp(LongCells cells) {
            super("a timestamp as \"2026-11-20T08:15:30.123456Z\"");
            this.cells = cells;
        }

        @Override
        void ascii(byte[] text, int offset, int length) throws BadCellException {
            cells.append(Times.instant(text, offset, length));
        }
    }

    static final class TimestampNtz extends TimeLeaf {

        private final LongCells cells;

        TimestampNtz(LongCells cells) {
            super("a timestamp as \"2026-11-20T08:15:30.123456\"");
            this.cells = cells;
        }

        @Override
        void ascii(byte[] text, int offset, int length) throws BadCellException {
            cells.append(Times.wallClock(text, offset, length));
        }
    }
}
