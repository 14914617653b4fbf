package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.ExpressionHandler;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.engine.FileSystemClient;
import io.delta.kernel.engine.JsonHandler;
import io.delta.kernel.engine.ParquetHandler;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.expressions.Predicate;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.DataFileStatus;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.Action;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// An engine whose checkpoints leave out `txn` actions that nobody will ask for again: Kernel itself keeps every one
/// for ever.
final class ExpiringEngine implements Engine {

    private final Engine engine;
    private final java.util.function.Predicate<Action.SetTransaction> expired;

    ExpiringEngine(Engine engine, java.util.function.Predicate<Action.SetTransaction> expired) {
        this.engine = engine;
        this.expired = expired;
    }

    @Override
    public ExpressionHandler getExpressionHandler() {
        return engine.getExpressionHandler();
    }

    @Override
    public JsonHandler getJsonHandler() {
        return engine.getJsonHandler();
    }

    @Override
    public FileSystemClient getFileSystemClient() {
        return engine.getFileSystemClient();
    }

    @Override
    public ParquetHandler getParquetHandler() {
        return new ExpiringParquet(engine.getParquetHandler());
    }

    private FilteredColumnarBatch withoutExpired(FilteredColumnarBatch filtered) {
        ColumnarBatch batch = filtered.getData();
        int ordinal = batch.getSchema().indexOf("txn");
        if (ordinal < 0) {
            return filtered;
        }
        ColumnVector transactions = batch.getColumnVector(ordinal);
        boolean[] kept = new boolean[batch.getSize()];
        for (int row = 0; row < kept.length; row++) {
            int at = row;
            boolean selected = filtered.getSelectionVector()
                    .map(vector -> !vector.isNullAt(at) && vector.getBoolean(at))
                    .orElse(true);
            kept[row] = selected && (transactions.isNullAt(row) || !expired.test(transaction(transactions, row)));
        }
        return new FilteredColumnarBatch(
                batch, Optional.of(engine.getExpressionHandler().createSelectionVector(kept, 0, kept.length)));
    }

    private static Action.SetTransaction transaction(ColumnVector vector, int row) {
        ColumnVector lastUpdated = vector.getChild(2);
        return new Action.SetTransaction(
                vector.getChild(0).getString(row),
                vector.getChild(1).getLong(row),
                lastUpdated.isNullAt(row) ? OptionalLong.empty() : OptionalLong.of(lastUpdated.getLong(row)));
    }

    private final class ExpiringParquet implements ParquetHandler {

        private final ParquetHandler parquet;

        ExpiringParquet(ParquetHandler parquet) {
            this.parquet = parquet;
        }

        @Override
        public CloseableIterator<FileReadResult> readParquetFiles(
                CloseableIterator<FileStatus> files, StructType schema, Optional<Predicate> predicate)
                throws IOException {
            return parquet.readParquetFiles(files, schema, predicate);
        }

        @Override
        public CloseableIterator<DataFileStatus> writeParquetFiles(
                String directory, CloseableIterator<FilteredColumnarBatch> data, List<Column> statsColumns)
                throws IOException {
            return parquet.writeParquetFiles(directory, data, statsColumns);
        }

        @Override
        public void writeParquetFileAtomically(String path, CloseableIterator<FilteredColumnarBatch> data)
                throws IOException {
            parquet.writeParquetFileAtomically(path, data.map(ExpiringEngine.this::withoutExpired));
        }
    }
}
