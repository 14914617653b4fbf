package io.sluice.compute.change;

import io.sluice.compute.ParquetWriter;
import io.sluice.compute.RowBatch;
import io.sluice.compute.WrittenFile;
import io.sluice.compute.change.ChangedRows.Counts;
import io.sluice.compute.change.ChangedRows.Member;
import io.sluice.compute.change.ChangedRows.Touched;
import io.sluice.compute.change.ChangedRows.WithoutMatch;
import io.sluice.compute.column.CellTypes;
import io.sluice.compute.column.Cells;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// A few rows that bring every column, upserted without a join: rows of the table are found by their keys, marked as
/// deleted, and the rows of the batch written as they are.
///
/// Says nothing about what it cannot do in this way; the statements of a merge say the same of every batch.
final class KeyedUpsert {

    /// Of more rows a join finds the partners sooner.
    private static final int MOST_ROWS = 256;

    private final Making making;
    private final List<Integer> sizes;
    private final RowBatch rows;
    private final List<Cells> keyCells;
    private final List<Column> keyColumns;
    private final Map<List<Object>, Integer> byKey = new HashMap<>();

    /// The member of each row, and the members whose keys one before them has too.
    private final int[] memberOf;

    private final Set<Integer> later = new HashSet<>();

    private KeyedUpsert(Making making, RowSource.Batch batch, List<RowBatch> batches) {
        this.making = making;
        this.sizes = batch.members();
        this.rows = RowBatch.concat(batches);
        this.keyColumns = batch.uniqueBy().stream()
                .map(name -> making.layout().schema().find(name).orElseThrow())
                .toList();
        this.keyCells = keyColumns.stream()
                .map(column ->
                        rows.columns().get(making.layout().schema().columns().indexOf(column)))
                .toList();
        this.memberOf = new int[rows.rows()];
        int row = 0;
        for (int member = 0; member < sizes.size(); member++) {
            Arrays.fill(memberOf, row, row + sizes.get(member), member);
            row += sizes.get(member);
        }
    }

    /// Empty where the table or the batch wants more than that.
    static Optional<KeyedUpsert> of(RowChange.Upsert upsert, Making making) {
        if (!(upsert.merge().source() instanceof RowSource.Batch batch)
                || !(batch.rows() instanceof BatchRows.Kept(List<RowBatch> batches))
                || batches.isEmpty()
                || batch.rows().count() > MOST_ROWS
                || !isPlain(making)
                || !bringsAll(batch, making)) {
            return Optional.empty();
        }
        var keyed = new KeyedUpsert(making, batch, batches);
        return keyed.keyColumns.stream().allMatch(RowKeys::canBe) && keyed.obeysRules() && keyed.index()
                ? Optional.of(keyed)
                : Optional.empty();
    }

    private static boolean isPlain(Making making) {
        return making.files() == Making.Files.KEPT
                && making.changeFeed() == Making.ChangeFeed.NONE
                && making.rowIds().isEmpty()
                && making.tableRules().isEmpty()
                && making.nextValues().isEmpty()
                && making.layout().partitionColumns().isEmpty();
    }

    private static boolean bringsAll(RowSource.Batch batch, Making making) {
        List<Column> columns = making.layout().schema().columns();
        return names(batch.schema().columns()).equals(names(columns))
                && IntStream.range(0, columns.size())
                        .allMatch(column -> batch.rows().absence(column) == BatchRows.Absence.NONE);
    }

    private static List<String> names(List<Column> columns) {
        return columns.stream().map(Column::name).toList();
    }

    /// Of rules only the plainest is known: a column without parts that is never null.
    private boolean obeysRules() {
        List<Column> columns = making.layout().schema().columns();
        for (RowRule rule : making.rules()) {
            int place = 0;
            while (place < columns.size() && !columns.get(place).name().equals(rule.column())) {
                place++;
            }
            if (place == columns.size()
                    || !(columns.get(place).type() instanceof DataType.Primitive
                            || columns.get(place).type() instanceof DataType.Decimal)
                    || RuleSql.notNull(columns.get(place))
                            .filter(rule.sql()::equals)
                            .isEmpty()) {
                return false;
            }
            for (int row = 0; row < rows.rows(); row++) {
                if (rows.columns().get(place).isNull(row)) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Finds what keys rows share: of two requests the one that came later is left for later.
    ///
    /// @return false where one request has a key twice
    private boolean index() {
        for (int row = 0; row < rows.rows(); row++) {
            Optional<List<Object>> key = RowKeys.of(keyCells, row);
            if (key.isPresent()) {
                Integer before = byKey.putIfAbsent(key.get(), row);
                if (before != null && memberOf[before] == memberOf[row]) {
                    return false;
                }
                if (before != null) {
                    later.add(memberOf[row]);
                }
            }
        }
        byKey.values().removeIf(row -> later.contains(memberOf[row]));
        return true;
    }

    /// Empty where the target cannot tell where the rows are; then nothing was written.
    Optional<ChangedRows> run(Target target, ParquetWriter writer) throws Exception {
        long begun = System.nanoTime();
        var keys = new RowKeys(keyColumns, byKey.keySet());
        if (!keys.canBeWritten()) {
            return Optional.empty();
        }
        Optional<List<Target.Located>> located = target.locate(keys, making.time());
        if (located.isEmpty()) {
            return Optional.empty();
        }
        long[] live = target.facts().liveRows();
        Map<Integer, List<Long>> byFile = new TreeMap<>();
        int[] matches = new int[rows.rows()];
        for (Target.Located one : located.get()) {
            byFile.computeIfAbsent(one.file(), _ -> new ArrayList<>()).add(one.row());
            matches[Objects.requireNonNull(byKey.get(one.key()))]++;
        }
        if (byFile.keySet().stream().anyMatch(file -> live[file] < 0)) {
            return Optional.empty();
        }
        long found = System.nanoTime();
        List<Integer> fresh = fresh(matches);
        List<WrittenFile> added = writer.write(List.of(batch(fresh)), making.layout(), making.directory());
        return Optional.of(new ChangedRows(
                byFile.entrySet().stream()
                        .map(file -> touched(file.getKey(), file.getValue(), live[file.getKey()]))
                        .toList(),
                added,
                Optional.of(new ChangedRows.Keys(
                        keyColumns,
                        fresh.stream().map(row -> RowKeys.of(keyCells, row)).toList())),
                List.of(),
                counts(matches),
                members(matches),
                Map.of(),
                (found - begun) / 1_000_000,
                (System.nanoTime() - found) / 1_000_000));
    }

    private static Touched touched(int file, List<Long> rows, long live) {
        long left = live - rows.size();
        long[] gone = left == 0
                ? new long[0]
                : rows.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Touched(file, gone, left, List.of());
    }

    /// The new rows in the order of their keys, by their places in the batch: one for each row that is updated,
    /// and one for each that is inserted.
    private List<Integer> fresh(int[] matches) {
        var order = new ArrayList<>(kept());
        order.sort(Comparator.comparing(
                row -> RowKeys.of(keyCells, row),
                Comparator.comparing(key -> key.orElse(List.of()), KeyedUpsert::byKey)));
        var fresh = new ArrayList<Integer>();
        for (int row : order) {
            for (int times = Math.max(1, matches[row]); times > 0; times--) {
                fresh.add(row);
            }
        }
        return fresh;
    }

    private RowBatch batch(List<Integer> places) {
        var columns = new ArrayList<Cells>();
        for (int i = 0; i < rows.columns().size(); i++) {
            Cells from = rows.columns().get(i);
            var cells = CellTypes.cells(rows.schema().columns().get(i).type());
            places.forEach(row -> cells.appendFrom(from, row));
            columns.add(cells);
        }
        return new RowBatch(rows.schema(), columns);
    }

    /// Rows without a key come first.
    private static int byKey(List<Object> one, List<Object> other) {
        return one.isEmpty() || other.isEmpty()
                ? Integer.compare(one.size(), other.size())
                : RowKeys.ORDER.compare(one, other);
    }

    /// Those that are not left for later.
    private List<Integer> kept() {
        var kept = new ArrayList<Integer>();
        for (int row = 0; row < rows.rows(); row++) {
            if (!later.contains(memberOf[row])) {
                kept.add(row);
            }
        }
        return kept;
    }

    private Counts counts(int[] matches) {
        List<Integer> kept = kept();
        long inserted = kept.stream().filter(row -> matches[row] == 0).count();
        return new Counts(
                kept.size(), inserted, Arrays.stream(matches).asLongStream().sum(), 0, 0, 0, WithoutMatch.NONE);
    }

    private List<Member> members(int[] matches) {
        var members = new ArrayList<Member>();
        int row = 0;
        for (int member = 0; member < sizes.size(); member++) {
            long inserted = 0;
            long updated = 0;
            int end = row + sizes.get(member);
            for (; row < end; row++) {
                inserted += matches[row] == 0 ? 1 : 0;
                updated += matches[row];
            }
            members.add(
                    later.contains(member)
                            ? new Member(0, 0, 0, 0, 0)
                            : new Member(sizes.get(member), inserted, updated, 0, 0));
        }
        return members;
    }
}
