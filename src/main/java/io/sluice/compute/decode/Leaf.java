package io.sluice.compute.decode;

import io.sluice.compute.column.BooleanCells;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.DecimalCells;
import io.sluice.compute.column.DoubleCells;
import io.sluice.compute.column.FloatCells;
import io.sluice.compute.column.IntCells;
import io.sluice.compute.column.LongCells;
import io.sluice.table.DataType;
import java.math.BigInteger;
import java.util.Base64;

/// Appends single values in their JSON and CSV forms to cells, by the value rules of the contract.
abstract class Leaf {

    private final String wanted;

    private Leaf(String wanted) {
        this.wanted = wanted;
    }

    /// The leaf for a type without children.
    static Leaf of(DataType type, Cells cells) {
        return switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case BYTE -> new Int((IntCells) cells, Byte.MIN_VALUE, Byte.MAX_VALUE);
                    case SHORT -> new Int((IntCells) cells, Short.MIN_VALUE, Short.MAX_VALUE);
                    case INTEGER -> new Int((IntCells) cells, Integer.MIN_VALUE, Integer.MAX_VALUE);
                    case LONG -> new Long64((LongCells) cells);
                    case FLOAT -> new Float32((FloatCells) cells);
                    case DOUBLE -> new Float64((DoubleCells) cells);
                    case BOOLEAN -> new Bool((BooleanCells) cells);
                    case STRING -> new Text((BytesCells) cells);
                    case BINARY -> new Binary((BytesCells) cells);
                    case DATE -> new Date((IntCells) cells);
                    case TIMESTAMP -> new Timestamp((LongCells) cells);
                    case TIMESTAMP_NTZ -> new TimestampNtz((LongCells) cells);
                    case VARIANT, VOID -> throw new IllegalArgumentException("a variant has no cells");
                };
            case DataType.Decimal decimal -> new Decimal((DecimalCells) cells, decimal);
            case DataType.Array array -> throw new IllegalArgumentException("not a leaf");
            case DataType.Map map -> throw new IllegalArgumentException("not a leaf");
            case DataType.Struct struct -> throw new IllegalArgumentException("not a leaf");
        };
    }

    /// A JSON string.
    void string(char[] text, int offset, int length) throws BadCellException {
        throw notA("a string");
    }

    /// A JSON number.
    void number(char[] text, int offset, int length) throws BadCellException {
        throw notA("a number");
    }

    /// A JSON boolean.
    void bool(boolean value) throws BadCellException {
        throw notA("a boolean");
    }

    /// A CSV field, or a partition value: the text of the JSON value without quotes.
    void field(char[] text, int offset, int length) throws BadCellException {
        string(text, offset, length);
    }

    BadCellException notA(String found) {
        return new BadCellException("is " + found + "; " + wanted + " is wanted");
    }

    private abstract static class Whole extends Leaf {

        private final long min;
        private final long max;

        Whole(long min, long max) {
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
    }

    private static final class Int extends Whole {

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

    private static final class Long64 extends Whole {

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

    private abstract static class Floating extends Leaf {

        private static final int MAX_DIGITS = 4096;

        Floating() {
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
    }

    private static final class Float32 extends Floating {

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

    private static final class Float64 extends Floating {

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

    private static final class Decimal extends Leaf {

        private final DecimalCells cells;
        private final DataType.Decimal type;

        Decimal(DecimalCells cells, DataType.Decimal type) {
            super("a number or its string");
            this.cells = cells;
            this.type = type;
        }

        @Override
        void number(char[] text, int offset, int length) throws BadCellException {
            BigInteger unscaled = Decimals.unscaled(text, offset, length, type.precision(), type.scale());
            if (unscaled == null) {
                throw new BadCellException(
                        "does not fit decimal(" + type.precision() + "," + type.scale() + ") exactly");
            }
            cells.append(unscaled);
        }

        @Override
        void string(char[] text, int offset, int length) throws BadCellException {
            if (!Decimals.isNumber(text, offset, length)) {
                throw notA("a string that is no decimal number");
            }
            number(text, offset, length);
        }
    }

    private static final class Bool extends Leaf {

        private final BooleanCells cells;

        Bool(BooleanCells cells) {
            super("true or false");
            this.cells = cells;
        }

        @Override
        void bool(boolean value) {
            cells.append(value);
        }

        @Override
        void field(char[] text, int offset, int length) throws BadCellException {
            switch (new String(text, offset, Math.min(length, 6))) {
                case "true" -> cells.append(true);
                case "false" -> cells.append(false);
                default -> throw notA("other text");
            }
        }
    }

    private static final class Text extends Leaf {

        private final BytesCells cells;

        Text(BytesCells cells) {
            super("a string");
            this.cells = cells;
        }

        @Override
        void string(char[] text, int offset, int length) throws BadCellException {
            if (!cells.appendText(text, offset, length)) {
                throw new BadCellException("has a surrogate without its partner, which UTF-8 cannot hold");
            }
        }
    }

    private static final class Binary extends Leaf {

        private final BytesCells cells;

        Binary(BytesCells cells) {
            super("a base64 string");
            this.cells = cells;
        }

        @Override
        void string(char[] text, int offset, int length) throws BadCellException {
            byte[] ascii = new byte[length];
            for (int i = 0; i < length; i++) {
                ascii[i] = text[offset + i] < 0x80 ? (byte) text[offset + i] : 0;
            }
            try {
                cells.append(Base64.getDecoder().decode(ascii));
            } catch (IllegalArgumentException e) {
                throw notA("a string that is not base64");
            }
        }
    }

    private static final class Date extends Leaf {

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

    private static final class Timestamp extends Leaf {

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

    private static final class TimestampNtz extends Leaf {

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
