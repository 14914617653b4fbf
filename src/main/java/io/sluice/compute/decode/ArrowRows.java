package io.sluice.compute.decode;

import io.sluice.compute.TypeNames;
import io.sluice.table.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import tools.jackson.databind.json.JsonMapper;

/// Copies the batches of vectors into rows of the table; the columns' types are checked once, the values one by one.
final class ArrowRows {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int CHECK_EVERY_ROWS = 1024;

    private final RowShape shape;
    private final DecodeLimits limits;
    private final Payload payload;
    private RowAssembler assembler;
    private List<Source> sources = List.of();
    private long row;

    private record Source(int column, ArrowColumn values) {}

    ArrowRows(RowShape shape, DecodeLimits limits, Payload payload) {
        this.shape = shape;
        this.limits = limits;
        this.payload = payload;
        this.assembler = new RowAssembler(shape);
    }

    void read(VectorBatches reader, RowSink sink) throws IOException {
        VectorSchemaRoot root = reader.root();
        bind(reader, root);
        while (reader.next()) {
            for (int i = 0; i < root.getRowCount(); i++) {
                row(root, i, sink);
                if (row % CHECK_EVERY_ROWS == 0 && assembler.bytes() >= limits.batchBytes()) {
                    sink.rows(assembler.batch());
                    assembler = new RowAssembler(shape);
                    bind(reader, root);
                }
            }
        }
        if (assembler.rows() > 0) {
            sink.rows(assembler.batch());
        }
    }

    private void bind(VectorBatches reader, VectorSchemaRoot root) throws IOException {
        var compiler = new ArrowColumn.Compiler(reader.dictionaries(), limits.stringBytes());
        var bound = new ArrayList<Source>();
        Set<Integer> seen = new HashSet<>();
        for (FieldVector vector : root.getFieldVectors()) {
            String name = JsonRows.shown(vector.getName());
            int column = shape.index(vector.getName());
            if (column < 0) {
                throw mismatch(root, name + " is not a column of the table");
            }
            if (!seen.add(column)) {
                throw mismatch(root, name + " is there twice");
            }
            try {
                bound.add(new Source(column, compiler.column(vector, shape.column(column), assembler.cells(column))));
            } catch (ArrowColumn.MismatchException e) {
                throw mismatch(root, name + ": " + e.reason());
            }
        }
        sources = bound;
    }

    private RuntimeException mismatch(VectorSchemaRoot root, String reason) {
        return new Failure.SchemaMismatch(
                        TypeNames.describe(shape.schema().columns()),
                        root.getSchema().getFields().stream()
                                .limit(2000)
                                .map(ArrowRows::describe)
                                .toList(),
                        reason)
                .asException();
    }

    private static String describe(Field field) {
        return JsonRows.shown(field.getName()) + " " + field.getType();
    }

    private void row(VectorSchemaRoot root, int index, RowSink sink) {
        assembler.begin();
        try {
            for (Source source : sources) {
                assembler.claim(source.column());
                try {
                    source.values().append(index);
                } catch (BadCellException e) {
                    throw e.under(shape.column(source.column()).name());
                }
            }
            assembler.finish();
        } catch (BadCellException e) {
            assembler.rollback();
            sink.bad(row, e.column(), e.reason(), payload == Payload.KEEP ? text(root, index) : "");
        }
        row++;
    }

    /// The row as a JSON object of texts.
    private static String text(VectorSchemaRoot root, int index) {
        var object = JSON.createObjectNode();
        for (FieldVector vector : root.getFieldVectors()) {
            Object value = vector.getObject(index);
            if (value == null) {
                object.putNull(vector.getName());
            } else {
                object.put(vector.getName(), value.toString());
            }
        }
        return object.toString();
    }
}
