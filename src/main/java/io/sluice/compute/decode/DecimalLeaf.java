package io.sluice.compute.decode;

import io.sluice.compute.column.DecimalCells;
import io.sluice.table.DataType;
import java.math.BigInteger;

/// Decimals: values that fit exactly.
final class DecimalLeaf extends Leaf {

    private final DecimalCells cells;
    private final DataType.Decimal type;

    DecimalLeaf(DecimalCells cells, DataType.Decimal type) {
        super("a number or its string");
        this.cells = cells;
        this.type = type;
    }

    @Override
    void number(char[] text, int offset, int length) throws BadCellException {
        BigInteger unscaled = Decimals.unscaled(text, offset, length, type.precision(), type.scale());
        if (unscaled == null) {
            throw new BadCellException("does not fit decimal(" + type.precision() + "," + type.scale() + ") exactly");
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
