package io.sluice.compute.decode;

import io.sluice.compute.column.BooleanCells;
import io.sluice.compute.column.BytesCells;
import java.util.Base64;

/// Strings, bytes and truth, each from its own text.
final class TextLeaf {

    private TextLeaf() {}

    static final class Text extends Leaf {

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

    static final class Binary extends Leaf {

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

    static final class Bool extends Leaf {

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
}
