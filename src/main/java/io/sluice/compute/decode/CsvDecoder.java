package io.sluice.compute.decode;

import io.sluice.compute.TypeNames;
import io.sluice.compute.column.Cells;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/// `text/csv`: a header row with column names, then rows. Fields are what JSON strings and numbers would be, without
/// their quotes; arrays, maps and structs are JSON text. An empty field is null, a quoted empty one is the empty
/// string.
final class CsvDecoder {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final RowShape shape;
    private final DecodeLimits limits;
    private final Payload payload;
    private final JsonFactory factory;
    private final List<String> header = new ArrayList<>();
    private int[] columns = new int[0];
    private RowAssembler assembler;
    private List<Field> fields = List.of();
    private long row;

    CsvDecoder(RowShape shape, DecodeLimits limits, Payload payload) {
        this.shape = shape;
        this.limits = limits;
        this.payload = payload;
        this.factory = JsonText.factory(limits);
        this.assembler = new RowAssembler(shape);
    }

    void decode(InputStream body, RowSink sink) throws IOException {
        var bounded = new RowStarts(body, limits);
        var records = new CsvRecords(bounded, limits.stringBytes());
        if (!records.next()) {
            throw new Failure.MalformedBody("the body is empty; a header row is wanted").asException();
        }
        readHeader(records);
        begin();
        while (records.next()) {
            if (records.isBlank() && columns.length > 1) {
                bounded.nextRow();
                continue;
            }
            try {
                readRow(records);
            } catch (BadCellException e) {
                assembler.rollback();
                sink.bad(row, e.column(), e.reason(), payload == Payload.KEEP ? text(records) : "");
            }
            row++;
            bounded.nextRow();
            if (assembler.bytes() >= limits.batchBytes()) {
                sink.rows(assembler.batch());
                assembler = new RowAssembler(shape);
                begin();
            }
        }
        if (assembler.rows() > 0) {
            sink.rows(assembler.batch());
        }
    }

    private void readHeader(CsvRecords records) {
        columns = new int[records.fields()];
        Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < columns.length; i++) {
            String name = records.string(i);
            header.add(i == 0 && name.startsWith("\uFEFF") ? name.substring(1) : name);
        }
        for (int i = 0; i < columns.length; i++) {
            columns[i] = shape.index(header.get(i));
            if (columns[i] < 0) {
                throw mismatch(JsonRows.shown(header.get(i)) + " is not a column of the table");
            }
            if (!seen.add(columns[i])) {
                throw mismatch(JsonRows.shown(header.get(i)) + " is there twice");
            }
        }
    }

    private RuntimeException mismatch(String reason) {
        return new Failure.SchemaMismatch(
                        TypeNames.describe(shape.named().columns()),
                        header.stream()
                                .limit(2000)
                                .map(name -> JsonRows.shown(name) + " text")
                                .toList(),
                        reason)
                .asException();
    }

    private void begin() {
        var cells = new ArrayList<Field>();
        for (int column : columns) {
            cells.add(field(shape.column(column), assembler.cells(column)));
        }
        fields = cells;
    }

    private interface Field {
        void read(CsvRecords records, int field) throws BadCellException;
    }

    private Field field(Column column, Cells cells) {
        if (RowShape.isLeaf(column.type())) {
            Leaf leaf = Leaf.of(column.type(), cells);
            return (records, i) -> leaf.field(records.text(), records.start(i), records.length(i));
        }
        JsonCell cell = JsonCell.of(column, cells);
        return (records, i) -> {
            try (var parser = factory.createParser(
                    ObjectReadContext.empty(), records.text(), records.start(i), records.length(i))) {
                if (parser.nextToken() == null) {
                    throw new BadCellException("is not JSON text");
                }
                cell.read(parser);
                if (parser.nextToken() != null) {
                    throw new BadCellException("is more than one JSON value");
                }
            } catch (JacksonException e) {
                throw new BadCellException("is not JSON text");
            }
        };
    }

    private void readRow(CsvRecords records) throws BadCellException {
        if (records.fields() != columns.length) {
            throw new BadCellException("has " + records.fields() + " fields; the header has " + columns.length);
        }
        assembler.begin();
        for (int i = 0; i < columns.length; i++) {
            Column column = shape.column(columns[i]);
            try {
                assembler.claim(columns[i]);
                if (records.length(i) > 0 || records.isQuoted(i)) {
                    fields.get(i).read(records, i);
                } else if (column.nullable()) {
                    assembler.cells(columns[i]).appendNull();
                } else {
                    throw new BadCellException("is empty and NOT NULL");
                }
            } catch (BadCellException e) {
                throw e.under(column.name());
            }
        }
        assembler.finish();
    }

    /// The record as a JSON object of texts.
    private String text(CsvRecords records) {
        var object = JSON.createObjectNode();
        for (int i = 0; i < records.fields(); i++) {
            String name = i < header.size() ? header.get(i) : "field " + (i + 1);
            if (records.length(i) > 0 || records.isQuoted(i)) {
                object.put(name, records.string(i));
            } else {
                object.putNull(name);
            }
        }
        return object.toString();
    }
}
