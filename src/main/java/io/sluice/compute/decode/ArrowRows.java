package io.sluice.compute.decode;

import io.sluice.compute.TypeNames;
import io.sluice.table.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import tools.jackson.databind.json.JsonMapper;

/// Batches of vectors as rows of the table: small ones are copied row by row, those of a large body are taken whole
/// where nothing in them is bad. The columns' types are checked once, the values always.
final class ArrowRows {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int CHECK_EVERY_ROWS = 1024;

    private final RowShape shape;
    private final DecodeLimits limits;
    private final Payload payload;
    private final WholeVectors wholeVectors;
    private RowAssembler assembler;
    private List<Source> sources = List.of();
    private long row;
    private long bytes;

    private record Source(int column, FieldVector vector, ArrowColumn values) {}

    /// @param allocator of vectors that are made anew
    ArrowRows(RowShape shape, BufferAllocator allocator, DecodeLimits limits, Payload payload) {
        this.shape = shape;
        this.wholeVectors = new WholeVectors(shape, allocator, limits);
        this.limits = limits;
        this.payload = payload;
        this.assembler = new RowAssembler(shape);
    }

    void read(VectorBatches reader, RowSink sink) throws IOException {
        VectorSchemaRoot root = reader.root();
        bind(reader, root);
        while (reader.next()) {
            if (!isTakenWhole(reader, root, sink)) {
                rows(reader, root, sink);
            }
        }
        flush(sink);
    }

    /// @throws io.sluice.table.FailureException `schema-mismatch` where the columns of the batches do not go into
    ///     those of the table
    void requireColumns(VectorBatches reader) throws IOException {
        bind(reader, reader.root());
    }

    /// Rows of a small body are for the heap, where they may wait for company.
    private boolean isTakenWhole(VectorBatches reader, VectorSchemaRoot root, RowSink sink) throws IOException {
        bytes += root.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
        if (!sink.takesVectors() || bytes <= limits.batchBytes() || root.getRowCount() == 0) {
            return false;
        }
        var vectors = new ArrayList<Optional<FieldVector>>(Collections.nCopies(shape.size(), Optional.empty()));
        sources.forEach(source -> vectors.set(source.column(), Optional.of(source.vector())));
        var taken = wholeVectors.take(vectors, root.getRowCount(), compiler(reader));
        if (taken.isEmpty()) {
            return false;
        }
        try (var batch = taken.get()) {
            if (assembler.rows() > 0) {
                flush(sink);
                bind(reader, root);
            }
            row += batch.rows();
            sink.vectors(batch);
        }
        return true;
    }

    private void rows(VectorBatches reader, VectorSchemaRoot root, RowSink sink) throws IOException {
        for (int i = 0; i < root.getRowCount(); i++) {
            row(root, i, sink);
            if (row % CHECK_EVERY_ROWS == 0 && assembler.bytes() >= limits.batchBytes()) {
                flush(sink);
                bind(reader, root);
            }
        }
    }

    private void flush(RowSink sink) throws IOException {
        if (assembler.rows() > 0) {
            sink.rows(assembler.batch());
            assembler = new RowAssembler(shape);
        }
    }

    private ArrowColumn.Compiler compiler(VectorBatches reader) throws IOException {
        return new ArrowColumn.Compiler(reader.dictionaries(), limits.stringBytes());
    }

    private void bind(VectorBatches reader, VectorSchemaRoot root) throws IOException {
        var compiler = compiler(reader);
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
                var values = compiler.column(vector, shape.column(column), assembler.cells(column));
                bound.add(new Source(column, vector, values));
            } catch (ArrowColumn.MismatchException e) {
                throw mismatch(root, name + ": " + e.reason());
            }
        }
        sources = bound;
    }

    private RuntimeException mismatch(VectorSchemaRoot root, String reason) {
        return new Failure.SchemaMismatch(
                        TypeNames.describe(shape.named().columns()),
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
