package io.sluice.compute.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// Reads JSON objects as rows into an assembler.
final class JsonRows {

    private static final int SHOWN_CHARACTERS = 64;

    private final RowAssembler assembler;
    private final List<JsonCell> cells = new ArrayList<>();

    JsonRows(RowAssembler assembler) {
        this.assembler = assembler;
        for (int i = 0; i < assembler.shape().size(); i++) {
            cells.add(JsonCell.of(assembler.shape().column(i), assembler.cells(i)));
        }
    }

    /// Reads the value at the parser's token as a row. Afterwards the parser stands at the value's last token.
    ///
    /// @return what is wrong with the row; it has left nothing behind then
    Optional<BadCellException> read(JsonParser parser) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            var bad = new BadCellException("is " + JsonCell.describe(parser) + "; an object is wanted");
            parser.skipChildren();
            return Optional.of(bad);
        }
        int depth = parser.streamReadContext().getNestingDepth();
        assembler.begin();
        try {
            members(parser);
            assembler.finish();
            return Optional.empty();
        } catch (BadCellException e) {
            assembler.rollback();
            while (parser.currentToken() != JsonToken.END_OBJECT
                    || parser.streamReadContext().getNestingDepth() >= depth) {
                parser.nextToken();
            }
            return Optional.of(e);
        }
    }

    private void members(JsonParser parser) throws BadCellException {
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            int column = assembler.shape().index(name);
            if (column < 0) {
                throw new BadCellException(shown(name), "is not a column of the table");
            }
            assembler.claim(column);
            parser.nextToken();
            try {
                cells.get(column).read(parser);
            } catch (BadCellException e) {
                throw e.under(assembler.shape().column(column).name());
            }
        }
    }

    /// A name of a client, cut to what a message can carry.
    static String shown(String name) {
        return name.length() <= SHOWN_CHARACTERS ? name : name.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
