package io.sluice.compute.decode;

import io.sluice.compute.column.IntCells;
import io.sluice.compute.column.LongCells;

/// Dates and timestamps, from ISO-8601.
final class TimeLeaf {

    private TimeLeaf() {}

    static final class Date extends Leaf {

        private final IntCells cells;

        Date(IntCells cells) {
            super("a date as \"2026-11-20\"");
            this.cells = cells;
        }

        @Override
        void string(char[] text, int offset, int length) throws BadCellException {
            cells.append(Times.date(text, offset, length));
        }
    }

    static final class Timestamp extends Leaf {

        private final LongCells cells;

        Timestamp(LongCells cells) {
            super("a timestamp as \"2026-11-20T08:15:30.123456Z\"");
            this.cells = cells;
        }

        @Override
        void string(char[] text, int offset, int length) throws BadCellException {
            cells.append(Times.instant(text, offset, length));
        }
    }

    static final class TimestampNtz extends Leaf {

        private final LongCells cells;

        TimestampNtz(LongCells cells) {
            super("a timestamp as \"2026-11-20T08:15:30.123456\"");
            this.cells = cells;
        }

        @Override
        void string(char[] text, int offset, int length) throws BadCellException {
            cells.append(Times.wallClock(text, offset, length));
        }
    }
}
