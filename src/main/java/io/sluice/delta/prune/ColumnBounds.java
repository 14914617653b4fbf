package io.sluice.delta.prune;

import io.sluice.delta.DataFile;
import io.sluice.delta.FileStatistics;
import io.sluice.table.DataType;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Bounds of one column over a list of files, side by side, so that 100,000 files are looked through in a millisecond.
public final class ColumnBounds {

    private static final byte HAS_LOWER = 1;
    private static final byte HAS_UPPER = 2;
    private static final byte ALL_NULL = 4;
    private static final byte NO_NULL = 8;

    /// From this length on writers cut strings ([io.sluice.delta.FileStatistics]): an upper bound may then be a
    /// mere prefix.
    private static final int CUT_CHARACTERS = 32;

    private final ColumnRef column;
    private final byte[] state;
    private final long[] lowerLongs;
    private final long[] upperLongs;
    private final @Nullable Object[] lowers;
    private final @Nullable Object[] uppers;

    private ColumnBounds(ColumnRef column, int size) {
        this.column = column;
        boolean longs = Bound.isLong(column.type());
        this.state = new byte[size];
        this.lowerLongs = new long[longs ? size : 0];
        this.upperLongs = new long[longs ? size : 0];
        this.lowers = new Object[longs ? 0 : size];
        this.uppers = new Object[longs ? 0 : size];
    }

    static ColumnBounds of(ColumnRef column, List<DataFile> files) {
        ColumnBounds bounds = new ColumnBounds(column, files.size());
        bounds.fill(files, 0, files.size());
        return bounds;
    }

    /// Bounds of the same column over another list of files.
    ///
    /// @param kept what both lists have in common
    ColumnBounds following(List<DataFile> files, List<BoundsIndex.Run> kept) {
        ColumnBounds bounds = new ColumnBounds(column, files.size());
        int next = 0;
        for (BoundsIndex.Run run : kept) {
            bounds.fill(files, next, run.to());
            bounds.take(this, run);
            next = run.to() + run.length();
        }
        bounds.fill(files, next, files.size());
        return bounds;
    }

    private void take(ColumnBounds before, BoundsIndex.Run run) {
        System.arraycopy(before.state, run.from(), state, run.to(), run.length());
        if (Bound.isLong(column.type())) {
            System.arraycopy(before.lowerLongs, run.from(), lowerLongs, run.to(), run.length());
            System.arraycopy(before.upperLongs, run.from(), upperLongs, run.to(), run.length());
        } else {
            System.arraycopy(before.lowers, run.from(), lowers, run.to(), run.length());
            System.arraycopy(before.uppers, run.from(), uppers, run.to(), run.length());
        }
    }

    private void fill(List<DataFile> files, int from, int to) {
        for (int i = from; i < to; i++) {
            fill(i, files.get(i));
        }
    }

    private void fill(int i, DataFile file) {
        if (column.isPartition()) {
            partition(i, file.add().partitionValues());
            return;
        }
        FileStatistics statistics =
                file.add().stats().map(FileStatistics::parse).orElse(null);
        if (statistics == null) {
            return;
        }
        Long nulls = statistics.nullCounts().get(column.key());
        OptionalLong records = statistics.numRecords();
        if (nulls != null && records.isPresent() && nulls == records.getAsLong()) {
            state[i] |= ALL_NULL;
            return;
        }
        if (nulls != null && nulls == 0) {
            state[i] |= NO_NULL;
        }
        DataType type = column.type();
        lower(i, Bound.lower(statistics.minValues().get(column.key()), type));
        upper(i, Bound.upper(statistics.maxValues().get(column.key()), type));
    }

    private void partition(int i, java.util.Map<String, @Nullable String> values) {
        String text = values.get(column.key());
        if (text == null && !values.containsKey(column.key())) {
            return;
        }
        if (text == null || text.isEmpty()) {
            state[i] |= ALL_NULL;
            return;
        }
        state[i] |= NO_NULL;
        Object value = Bound.partition(text, column.type());
        lower(i, value);
        upper(i, value);
    }

    private void lower(int i, @Nullable Object bound) {
        if (bound == null) {
            return;
        }
        state[i] |= HAS_LOWER;
        if (bound instanceof Long number) {
            lowerLongs[i] = number;
        } else {
            lowers[i] = bound;
        }
    }

    private void upper(int i, @Nullable Object bound) {
        if (bound == null) {
            return;
        }
        state[i] |= HAS_UPPER;
        if (bound instanceof Long number) {
            upperLongs[i] = number;
        } else {
            uppers[i] = bound;
        }
    }

    boolean allNull(int i) {
        return (state[i] & ALL_NULL) != 0;
    }

    boolean noNull(int i) {
        return (state[i] & NO_NULL) != 0;
    }

    /// How the smallest value of the file compares to a constant at least; negative where it is not known.
    int compareLower(int i, Object constant) {
        if ((state[i] & HAS_LOWER) == 0) {
            return -1;
        }
        return constant instanceof Long number
                ? Long.compare(lowerLongs[i], number)
                : Bound.compare(java.util.Objects.requireNonNull(lowers[i]), constant);
    }

    /// How the greatest value of the file compares to a constant at most; positive where it is not known.
    int compareUpper(int i, Object constant) {
        if ((state[i] & HAS_UPPER) == 0) {
            return 1;
        }
        if (constant instanceof Long number) {
            return Long.compare(upperLongs[i], number);
        }
        Object upper = java.util.Objects.requireNonNull(uppers[i]);
        if (upper instanceof String text
                && !column.isPartition()
                && text.length() >= CUT_CHARACTERS
                && ((String) constant).startsWith(text)) {
            return 1;
        }
        return Bound.compare(upper, constant);
    }
}
