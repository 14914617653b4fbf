package io.sluice.change;

import io.sluice.commit.GroupWork;
import io.sluice.commit.Preparation;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.change.BatchRows;
import io.sluice.compute.change.RowSource;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Restriction;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Small upserts of one table that wait together, made together: one look for the rows, one version.
///
/// A request whose keys one before it has too is left to the next version, so that their order is kept.
///
/// @param key columns of the table, by their names in the schema
/// @param schema that the rows were decoded for
/// @param within what the callers may change
record UpsertGroup(
        TableChanges changes, TableName table, List<String> key, Schema schema, Restriction within, FilterLimits limits)
        implements GroupWork<List<RowBatch>, ChangeResult> {

    /// A request with more rows is made alone.
    static final int SMALL_ROWS = 1000;

    private static final int MOST_MEMBERS = 256;
    private static final int MOST_ROWS = 20_000;

    static int count(List<RowBatch> rows) {
        return rows.stream().mapToInt(RowBatch::rows).sum();
    }

    @Override
    public Preparation<List<Optional<ChangeResult>>> prepare(TableSnapshot snapshot, List<List<RowBatch>> requests)
            throws IOException {
        var rows = requests.stream().flatMap(List::stream).toList();
        List<Integer> sizes = requests.size() == 1
                ? List.of()
                : requests.stream().map(UpsertGroup::count).toList();
        var plan = new UpsertPlan(
                Optional.empty(),
                key,
                RowSource.Duplicates.REFUSED,
                Optional.empty(),
                new BatchRows.Kept(rows),
                sizes,
                within,
                limits);
        return switch (changes.prepare(table, plan, snapshot)) {
            case Preparation.Nothing<ChangeResult>(ChangeResult result) ->
                new Preparation.Nothing<>(results(result, sizes));
            case Preparation.Change<ChangeResult> change ->
                new Preparation.Change<>(
                        change.operation(),
                        change.reads(),
                        change.actions(),
                        change.written(),
                        results(change.result(), sizes));
        };
    }

    private static List<Optional<ChangeResult>> results(ChangeResult result, List<Integer> sizes) {
        return sizes.isEmpty()
                ? List.of(Optional.of(result))
                : IntStream.range(0, sizes.size())
                        .mapToObj(member -> result.members().get(member).rows() == sizes.get(member)
                                ? Optional.of(result.of(member))
                                : Optional.<ChangeResult>empty())
                        .toList();
    }

    @Override
    public Class<ChangeResult> resultType() {
        return ChangeResult.class;
    }

    @Override
    public boolean mayJoin(List<List<RowBatch>> requests, List<RowBatch> further) {
        var rows = new ArrayList<RowBatch>(further);
        requests.forEach(rows::addAll);
        return requests.size() < MOST_MEMBERS && count(rows) <= MOST_ROWS;
    }
}
