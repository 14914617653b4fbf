package io.sluice.compute.decode;

import io.sluice.compute.column.IntCells;
import io.sluice.compute.column.LongCells;

/// Integers of every width: numbers, or their decimal text.
abstract class WholeLeaf extends Leaf {

    private final long min;
    private final long max;

    private WholeLeaf(long min, long max) {
        super("an integer");
        this.min = min;
        this.max = max;
    }

    abstract void append(long value);

    @Override
    void number(char[] text, int offset, int length) throws BadCellException {
        append(Decimals.integer(text, offset, length, min, max));
    }

    @Override
    void string(char[] text, int offset, int length) throws BadCellException {
        if (!Decimals.isNumber(text, offset, length)) {
            throw notA("a string that is no decimal number");
        }
        number(text, offset, length);
    }

    static final class Int extends WholeLeaf {

        private final IntCells cells;

        Int(IntCells cells, int min, int max) {
            super(min, max);
            this.cells = cells;
        }

        @Override
        void append(long value) {
            cells.append((int) value);
        }
    }

    static final class Long64 extends WholeLeaf {

        private final LongCells cells;

        Long64(LongCells cells) {
            super(Long.MIN_VALUE, Long.MAX_VALUE);
            this.cells = cells;
        }

        @Override
        void append(long value) {
            cells.append(value);
        }
    }
}
