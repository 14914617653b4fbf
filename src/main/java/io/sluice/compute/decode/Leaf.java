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

/// Appends single values in their JSON and CSV forms to cells, by the value rules of the contract.
abstract class Leaf {

    private final String wanted;

    Leaf(String wanted) {
        this.wanted = wanted;
    }

    /// The leaf for a type without children.
    static Leaf of(DataType type, Cells cells) {
        return switch (type) {
            case DataType.Primitive primitive ->
                switch (primitive) {
                    case BYTE -> new WholeLeaf.Int((IntCells) cells, Byte.MIN_VALUE, Byte.MAX_VALUE);
                    case SHORT -> new WholeLeaf.Int((IntCells) cells, Short.MIN_VALUE, Short.MAX_VALUE);
                    case INTEGER -> new WholeLeaf.Int((IntCells) cells, Integer.MIN_VALUE, Integer.MAX_VALUE);
                    case LONG -> new WholeLeaf.Long64((LongCells) cells);
                    case FLOAT -> new FloatingLeaf.Float32((FloatCells) cells);
                    case DOUBLE -> new FloatingLeaf.Float64((DoubleCells) cells);
                    case BOOLEAN -> new TextLeaf.Bool((BooleanCells) cells);
                    case STRING -> new TextLeaf.Text((BytesCells) cells);
                    case BINARY -> new TextLeaf.Binary((BytesCells) cells);
                    case DATE -> new TimeLeaf.Date((IntCells) cells);
                    case TIMESTAMP -> new TimeLeaf.Timestamp((LongCells) cells);
                    case TIMESTAMP_NTZ -> new TimeLeaf.TimestampNtz((LongCells) cells);
                    case VARIANT, VOID -> throw new IllegalArgumentException("a variant has no cells");
                };
            case DataType.Decimal decimal -> new DecimalLeaf((DecimalCells) cells, decimal);
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
}
