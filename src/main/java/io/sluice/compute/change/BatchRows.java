package io.sluice.compute.change;

import io.sluice.compute.RowBatch;
import java.nio.file.Path;
import java.util.List;

/// Decoded rows of a body: in memory while they are few, else in files of the staging directory.
public sealed interface BatchRows {

    /// Which rows leave a column out.
    enum Absence {
        NONE,
        SOME,
        ALL;

        static Absence of(long absent, long rows) {
            return absent == 0 ? NONE : absent == rows ? ALL : SOME;
        }
    }

    long count();

    /// @param column by its place in the schema
    Absence absence(int column);

    record Kept(List<RowBatch> batches) implements BatchRows {

        public Kept {
            batches = List.copyOf(batches);
        }

        @Override
        public long count() {
            return batches.stream().mapToLong(RowBatch::rows).sum();
        }

        @Override
        public Absence absence(int column) {
            return Absence.of(
                    batches.stream()
                            .mapToLong(batch -> batch.absent(column).cardinality())
                            .sum(),
                    count());
        }
    }

    /// Parquet files with the columns of the schema, [SourceSpool#NUMBER], and for each column whether a row
    /// leaves it out ([RowSource#absence]).
    record Spooled(List<Path> files, long count, List<Absence> absences) implements BatchRows {

        public Spooled {
            files = List.copyOf(files);
            absences = List.copyOf(absences);
        }

        @Override
        public Absence absence(int column) {
            return absences.get(column);
        }
    }
}
