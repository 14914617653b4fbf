package io.sluice.compute.decode;

import io.sluice.compute.column.DoubleCells;
import io.sluice.compute.column.FloatCells;

/// Floating-point numbers: those nearest to the text, never infinite or zero by accident.
abstract class FloatingLeaf extends Leaf {

    private static final int MAX_DIGITS = 4096;

    private FloatingLeaf() {
        super("a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
    }

    abstract void append(String number) throws BadCellException;

    abstract void appendSpecial(double value);

    @Override
    void number(char[] text, int offset, int length) throws BadCellException {
        if (length > MAX_DIGITS) {
            throw new BadCellException("has more than " + MAX_DIGITS + " characters");
        }
        append(new String(text, offset, length));
    }

    @Override
    void string(char[] text, int offset, int length) throws BadCellException {
        if (length > "-Infinity".length()) {
            throw notA("a string");
        }
        switch (new String(text, offset, length)) {
            case "NaN" -> appendSpecial(Double.NaN);
            case "Infinity" -> appendSpecial(Double.POSITIVE_INFINITY);
            case "-Infinity" -> appendSpecial(Double.NEGATIVE_INFINITY);
            default -> throw notA("a string");
        }
    }

    @Override
    void field(char[] text, int offset, int length) throws BadCellException {
        if (Decimals.isNumber(text, offset, length)) {
            number(text, offset, length);
        } else {
            string(text, offset, length);
        }
    }

    /// Whether a number that became zero was one.
    static boolean isZero(String number) {
        for (int i = 0; i < number.length() && (number.charAt(i) | 0x20) != 'e'; i++) {
            if (number.charAt(i) >= '1' && number.charAt(i) <= '9') {
                return false;
            }
        }
        return true;
    }

    static BadCellException tooLarge(String type) {
        return new BadCellException("is out of the range of a " + type);
    }

    static final class Float32 extends FloatingLeaf {

        private final FloatCells cells;

        Float32(FloatCells cells) {
            this.cells = cells;
        }

        @Override
        void append(String number) throws BadCellException {
            float value = Float.parseFloat(number);
            if (Float.isInfinite(value) || (value == 0 && !isZero(number))) {
                throw tooLarge("float");
            }
            cells.append(value);
        }

        @Override
        void appendSpecial(double value) {
            cells.append((float) value);
        }
    }

    static final class Float64 extends FloatingLeaf {

        private final DoubleCells cells;

        Float64(DoubleCells cells) {
            this.cells = cells;
        }

        @Override
        void append(String number) throws BadCellException {
            double value = Double.parseDouble(number);
            if (Double.isInfinite(value) || (value == 0 && !isZero(number))) {
                throw tooLarge("double");
            }
            cells.append(value);
        }

        @Override
        void appendSpecial(double value) {
            cells.append(value);
        }
    }
}
