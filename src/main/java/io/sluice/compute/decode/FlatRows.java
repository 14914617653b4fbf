package io.sluice.compute.decode;

import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.Cells;
import io.sluice.compute.column.DoubleCells;
import io.sluice.compute.column.LongCells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the plain case of a line, an object of values without children, from bytes into cells. Whatever
/// else a line may be, right or wrong, it declines, and [JsonRows] tells.
final class FlatRows {

    /// The line was not read and has left nothing behind.
    static final int DECLINED = -1;

    private final RowAssembler assembler;
    private final int maxStringBytes;
    private final byte[][] names;
    private final Leaf[] leaves;
    private final Kind[] kinds;
    private final boolean[] nullable;
    /// The column at each place of the row before: rows of one sender are alike.
    private final int[] order;

    private final JsonNumber number = new JsonNumber();
    private char[] text = new char[64];
    private byte[] unescaped = new byte[64];
    private final byte[] bytes;
    private final ByteBuffer buffer;

    /// What is read without the detour over characters.
    private enum Kind {
        LONG,
        DOUBLE,
        STRING,
        TIME,
        OTHER
    }

    /// @param bytes that hold the lines
    FlatRows(byte[] bytes, RowAssembler assembler, int maxStringBytes) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes);
        this.assembler = assembler;
        this.maxStringBytes = maxStringBytes;
        int size = assembler.shape().size();
        this.names = new byte[size][];
        this.leaves = new Leaf[size];
        this.kinds = new Kind[size];
        this.nullable = new boolean[size];
        this.order = new int[size];
        for (int i = 0; i < size; i++) {
            Column column = assembler.shape().column(i);
            names[i] = column.name().getBytes(StandardCharsets.UTF_8);
            leaves[i] = Leaf.of(column.type(), assembler.cells(i));
            kinds[i] = kind(column.type());
            nullable[i] = column.nullable();
            order[i] = i;
        }
    }

    /// Whether rows of this shape can be plain.
    static boolean suit(RowShape shape) {
        return shape.named().equals(shape.schema())
                && shape.schema().columns().stream().allMatch(column -> RowShape.isLeaf(column.type()));
    }

    private static Kind kind(DataType type) {
        return switch (type) {
            case Primitive.LONG -> Kind.LONG;
            case Primitive.DOUBLE -> Kind.DOUBLE;
            case Primitive.STRING -> Kind.STRING;
            case Primitive.DATE, Primitive.TIMESTAMP, Primitive.TIMESTAMP_NTZ -> Kind.TIME;
            default -> Kind.OTHER;
        };
    }

    /// Reads the line at `start`.
    ///
    /// @return the offset after its newline or of the end, or [#DECLINED]
    int read(int start, int end) {
        assembler.begin();
        try {
            int at = object(bytes, start, end);
            if (at >= 0) {
                at = lineEnd(bytes, at, end);
            }
            if (at >= 0) {
                assembler.finish();
                return at;
            }
        } catch (BadCellException e) {
            // Said again, with its place, by the reader of all lines.
        }
        assembler.rollback();
        return DECLINED;
    }

    private int object(byte[] bytes, int start, int end) throws BadCellException {
        int at = skip(bytes, start, end);
        if (at >= end || bytes[at] != '{') {
            return DECLINED;
        }
        for (int place = 0; place < order.length; place++) {
            at = member(bytes, skip(bytes, at + 1, end), end, place);
            if (at < 0) {
                return DECLINED;
            }
            at = skip(bytes, at, end);
            if (at < end && bytes[at] == '}') {
                return at + 1;
            }
            if (at >= end || bytes[at] != ',') {
                return DECLINED;
            }
        }
        return DECLINED;
    }

    private int member(byte[] bytes, int at, int end, int place) throws BadCellException {
        if (at >= end || bytes[at] != '"') {
            return DECLINED;
        }
        int column = column(bytes, at + 1, end, place);
        if (column < 0) {
            return DECLINED;
        }
        assembler.claim(column);
        int colon = skip(bytes, at + names[column].length + 2, end);
        if (colon >= end || bytes[colon] != ':') {
            return DECLINED;
        }
        int value = skip(bytes, colon + 1, end);
        return value < end ? value(bytes, value, end, column) : DECLINED;
    }

    private int column(byte[] bytes, int at, int end, int place) {
        if (isName(bytes, at, end, order[place])) {
            return order[place];
        }
        for (int column = 0; column < names.length; column++) {
            if (isName(bytes, at, end, column)) {
                order[place] = column;
                return column;
            }
        }
        return DECLINED;
    }

    private boolean isName(byte[] bytes, int at, int end, int column) {
        byte[] name = names[column];
        int after = at + name.length;
        return after < end && bytes[after] == '"' && Arrays.equals(bytes, at, after, name, 0, name.length);
    }

    private int value(byte[] bytes, int at, int end, int column) throws BadCellException {
        return switch (bytes[at]) {
            case '"' -> string(bytes, at + 1, end, column);
            case 't' -> literal(bytes, at, end, "true") ? bool(at + 4, column, true) : DECLINED;
            case 'f' -> literal(bytes, at, end, "false") ? bool(at + 5, column, false) : DECLINED;
            case 'n' -> literal(bytes, at, end, "null") ? nothing(at + 4, column) : DECLINED;
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number(bytes, at, end, column);
            default -> DECLINED;
        };
    }

    private static boolean literal(byte[] bytes, int at, int end, String literal) {
        if (at + literal.length() > end) {
            return false;
        }
        for (int i = 1; i < literal.length(); i++) {
            if (bytes[at + i] != literal.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private int bool(int after, int column, boolean value) throws BadCellException {
        leaves[column].bool(value);
        return after;
    }

    private int nothing(int after, int column) {
        if (!nullable[column]) {
            return DECLINED;
        }
        assembler.cells(column).appendNull();
        return after;
    }

    private int number(byte[] bytes, int at, int end, int column) throws BadCellException {
        int after = number.read(bytes, at, end);
        if (after < 0) {
            return DECLINED;
        }
        Cells cells = assembler.cells(column);
        if (kinds[column] == Kind.LONG && number.isLong()) {
            ((LongCells) cells).append(number.asLong());
        } else if (kinds[column] == Kind.DOUBLE && number.isDouble()) {
            ((DoubleCells) cells).append(number.asDouble());
        } else {
            leaves[column].number(characters(bytes, at, after), 0, after - at);
        }
        return after;
    }

    private int string(byte[] bytes, int start, int end, int column) throws BadCellException {
        int at = PlainText.end(bytes, start, end);
        int seen = 0;
        boolean escaped = false;
        while (at < end && bytes[at] != '"') {
            byte b = bytes[at++];
            if (b == '\\') {
                escaped = true;
                at++;
            } else if (b >= 0 && b < ' ') {
                return DECLINED;
            }
            seen |= b;
        }
        boolean ascii = seen >= 0;
        if (at >= end || at - start > maxStringBytes || (!ascii && !Utf8.isValid(buffer, start, at))) {
            return DECLINED;
        }
        if (kinds[column] != Kind.STRING) {
            if (escaped || !ascii) {
                return DECLINED;
            }
            if (kinds[column] == Kind.TIME) {
                ((TimeLeaf) leaves[column]).ascii(bytes, start, at - start);
            } else {
                leaves[column].string(characters(bytes, start, at), 0, at - start);
            }
        } else if (!text(bytes, start, at, escaped ? Form.ESCAPED : Form.PLAIN, (BytesCells) assembler.cells(column))) {
            return DECLINED;
        }
        return at + 1;
    }

    private enum Form {
        PLAIN,
        ESCAPED
    }

    private boolean text(byte[] bytes, int from, int to, Form form, BytesCells cells) {
        switch (form) {
            case PLAIN -> cells.append(bytes, from, to - from);
            case ESCAPED -> {
                if (unescaped.length < to - from) {
                    unescaped = new byte[to - from];
                }
                int length = JsonEscapes.copy(bytes, from, to, unescaped);
                if (length < 0) {
                    return false;
                }
                cells.append(unescaped, 0, length);
            }
        }
        return true;
    }

    private char[] characters(byte[] bytes, int from, int to) {
        if (text.length < to - from) {
            text = new char[to - from];
        }
        for (int i = from; i < to; i++) {
            text[i - from] = (char) bytes[i];
        }
        return text;
    }

    private static int skip(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private static int lineEnd(byte[] bytes, int start, int end) {
        int at = start;
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
            at++;
        }
        return at == end ? end : bytes[at] == '\n' ? at + 1 : DECLINED;
    }
}
