package io.sluice.compute.decode;

import io.sluice.compute.RowRules;
import io.sluice.compute.column.BytesCells;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What rows of a request look like: the table's columns, which of them are partition columns, and the partition
/// values given once for all rows.
public final class RowShape {

    private final Schema schema;
    private final Map<String, Integer> indexes = new HashMap<>();
    private final boolean[] partition;
    private final @Nullable Cells[] fixed;
    private final boolean[] filled;
    private final RowRules rules;
    private final List<String> partitionColumns;
    private final Schema named;

    /// What becomes of a column that a row leaves out.
    private enum Absent {
        /// What the table's rules say, else null, which a NOT NULL column refuses.
        FILLED,
        /// Nothing yet: [io.sluice.compute.RowBatch#absent] tells.
        TOLD
    }

    /// A shape of rows that are left as they come.
    ///
    /// @param partitionColumns logical names
    /// @param fixed text of partition values by logical name; empty for null
    /// @throws io.sluice.table.FailureException `bad-parameter` when a fixed value is not one of its column
    public RowShape(Schema schema, List<String> partitionColumns, Map<String, Optional<String>> fixed) {
        this(RowRules.none(schema), partitionColumns, fixed);
    }

    /// A shape of a table whose rules are kept: rows leave the decoder filled and checked.
    public RowShape(RowRules rules, List<String> partitionColumns, Map<String, Optional<String>> fixed) {
        this(rules, partitionColumns, fixed, rules.schema());
    }

    /// The same where a request may name some of the columns only.
    ///
    /// @param named these; others are unknown to it
    public RowShape(RowRules rules, List<String> partitionColumns, Map<String, Optional<String>> fixed, Schema named) {
        this(rules, partitionColumns, fixed, named, Absent.FILLED);
    }

    /// A shape of rows for which others decide what becomes of columns that are left out, and check the table's
    /// rules.
    public static RowShape partial(Schema schema, List<String> partitionColumns) {
        return partial(RowRules.none(schema), partitionColumns);
    }

    /// The same of rows of which some rules are checked already.
    public static RowShape partial(RowRules rules, List<String> partitionColumns) {
        return new RowShape(rules, partitionColumns, Map.of(), rules.schema(), Absent.TOLD);
    }

    private RowShape(
            RowRules rules,
            List<String> partitionColumns,
            Map<String, Optional<String>> fixed,
            Schema named,
            Absent absent) {
        this.schema = rules.schema();
        this.named = named;
        this.rules = rules;
        this.partitionColumns = List.copyOf(partitionColumns);
        int count = schema.columns().size();
        this.filled = new boolean[count];
        this.partition = new boolean[count];
        this.fixed = new Cells[count];
        Set<String> partitions = new HashSet<>();
        partitionColumns.forEach(name -> partitions.add(name.toLowerCase(Locale.ROOT)));
        for (int i = 0; i < count; i++) {
            Column column = schema.columns().get(i);
            if (named.find(column.name()).isPresent()) {
                indexes.put(column.name(), i);
            }
            partition[i] = partitions.contains(column.name().toLowerCase(Locale.ROOT));
            filled[i] = absent == Absent.TOLD || rules.fills(column);
        }
        fixed.forEach(this::fix);
    }

    private void fix(String name, Optional<String> value) {
        int index = index(name);
        if (index < 0 || !partition[index]) {
            throw new Failure.BadParameter("partition", "the table is not partitioned by such a column").asException();
        }
        Column column = column(index);
        Cells cells = CellTypes.cells(column.type());
        try {
            if (value.isEmpty() && !column.nullable()) {
                throw new BadCellException("is null and the column is NOT NULL");
            }
            if (value.isEmpty()) {
                cells.appendNull();
            } else {
                char[] text = value.get().toCharArray();
                Leaf.of(column.type(), cells).field(text, 0, text.length);
                PartitionValues.check(cells, 0);
            }
        } catch (BadCellException e) {
            throw new Failure.BadParameter("partition", "the value of " + column.name() + " " + e.reason())
                    .asException(e);
        }
        fixed[index] = cells;
    }

    public Schema schema() {
        return schema;
    }

    RowRules rules() {
        return rules;
    }

    List<String> partitionColumns() {
        return partitionColumns;
    }

    int size() {
        return partition.length;
    }

    Column column(int index) {
        return schema.columns().get(index);
    }

    /// The columns that a request may name.
    Schema named() {
        return named;
    }

    /// The column of this name, ignoring case; -1 where there is none that may be named.
    int index(String name) {
        Integer exact = indexes.get(name);
        if (exact != null) {
            return exact;
        }
        int found = indexIgnoringCase(schema.columns(), name);
        return found >= 0 && named.find(name).isPresent() ? found : -1;
    }

    static int indexIgnoringCase(List<Column> columns, String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equalsIgnoreCase(name)) {
                return i;
            }
        }
        return -1;
    }

    boolean isPartition(int index) {
        return partition[index];
    }

    /// Whether the table fills the column where a row does not bring it.
    boolean isFilled(int index) {
        return filled[index];
    }

    /// The one-row cells of a value that was given for all rows.
    @Nullable
    Cells fixed(int index) {
        return fixed[index];
    }

    /// The limits of values in partition columns.
    static final class PartitionValues {

        /// Of the escaped value, so that `column=value` stays a directory name that every file system takes.
        private static final int MAX_BYTES = 200;

        private PartitionValues() {}

        static void check(Cells cells, int row) throws BadCellException {
            if (cells instanceof BytesCells bytes && !cells.isNull(row)) {
                if (bytes.length(row) == 0) {
                    throw new BadCellException("is empty; Delta cannot tell an empty partition value from null");
                }
                if (escapedLength(bytes.value(row)) > MAX_BYTES) {
                    throw new BadCellException(
                            "is longer than a partition value may be: " + MAX_BYTES + " bytes escaped");
                }
            }
        }

        private static int escapedLength(byte[] value) {
            int length = 0;
            for (byte b : value) {
                boolean plain = (b >= '0' && b <= '9') || (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
                length += plain || b == '-' || b == '_' || b == '.' ? 1 : 3;
            }
            return length;
        }
    }

    /// Whether a type can be a partition column's.
    static boolean isLeaf(DataType type) {
        return type instanceof DataType.Primitive && type != DataType.Primitive.VARIANT
                || type instanceof DataType.Decimal;
    }
}
