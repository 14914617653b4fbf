package io.sluice.delta.kernel;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `add` column of a checkpoint with the member `clusteringProvider`, which Kernel leaves out: without it an
/// optimization would not know which files of a clustered table are clustered already.
///
/// @param providers by path, for files that have one
record ClusteredAdds(Map<String, String> providers) {

    private static final String ADD = "add";

    ColumnarBatch with(ColumnarBatch batch) {
        if (providers.isEmpty()) {
            return batch;
        }
        int ordinal = batch.getSchema().indexOf(ADD);
        StructField field = batch.getSchema().at(ordinal);
        StructType type = ((StructType) field.getDataType()).add("clusteringProvider", StringType.STRING, true);
        ColumnVector adds = new Adds(batch.getColumnVector(ordinal), type);
        return batch.withDeletedColumnAt(ordinal)
                .withNewColumn(ordinal, new StructField(ADD, type, field.isNullable()), adds);
    }

    private final class Adds implements ColumnVector {

        private final ColumnVector adds;
        private final StructType type;

        Adds(ColumnVector adds, StructType type) {
            this.adds = adds;
            this.type = type;
        }

        @Override
        public DataType getDataType() {
            return type;
        }

        @Override
        public int getSize() {
            return adds.getSize();
        }

        @Override
        public void close() {
            adds.close();
        }

        @Override
        public boolean isNullAt(int row) {
            return adds.isNullAt(row);
        }

        @Override
        public ColumnVector getChild(int ordinal) {
            return ordinal < type.length() - 1 ? adds.getChild(ordinal) : new Providers(adds);
        }
    }

    private final class Providers implements ColumnVector {

        private final ColumnVector adds;
        private final ColumnVector paths;

        Providers(ColumnVector adds) {
            this.adds = adds;
            this.paths = adds.getChild(((StructType) adds.getDataType()).indexOf("path"));
        }

        @Override
        public DataType getDataType() {
            return StringType.STRING;
        }

        @Override
        public int getSize() {
            return adds.getSize();
        }

        @Override
        public void close() {
            // It owns nothing.
        }

        @Override
        public boolean isNullAt(int row) {
            return adds.isNullAt(row) || provider(row) == null;
        }

        @Override
        public String getString(int row) {
            return java.util.Objects.requireNonNull(provider(row));
        }

        private @Nullable String provider(int row) {
            return providers.get(paths.getString(row));
        }
    }
}
