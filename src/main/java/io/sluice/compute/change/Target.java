package io.sluice.compute.change;

import io.sluice.compute.Scan;
import io.sluice.compute.WorkTime;
import io.sluice.table.Predicate;
import java.util.List;
import java.util.Optional;

/// The table whose rows change.
public interface Target {

    /// Work on files, while they are kept.
    @FunctionalInterface
    interface Work<T> {
        T with(Scan scan) throws Exception;
    }

    /// Runs the work on the files that may hold a row for which the predicate is true. Called once for a change.
    /// Files without deleted rows come first, as in [io.sluice.compute.scan.ScanSql#order].
    <T> T on(Predicate predicate, Work<T> work) throws Exception;

    /// Where the live rows with these keys lie, when that is told sooner than by a scan: a few rows in a few
    /// files. Takes the place of [#on].
    ///
    /// @return the files have numbers as in [#facts]; empty for [#on] to be called
    Optional<List<Located>> locate(RowKeys keys, WorkTime time) throws Exception;

    /// @param row from 0 in the file
    record Located(int file, long row, List<Object> key) {}

    /// Which files the last scan had, by what only the log knows.
    FileFacts facts();

    /// @param liveRows of each file of the scan, those with deleted rows left out; -1 where the log does not tell
    /// @param firstRowIds of each file: `baseRowId`; -1 where the table does not track rows
    /// @param rowVersions of each file: `defaultRowCommitVersion`; -1 as above
    record FileFacts(long[] liveRows, long[] firstRowIds, long[] rowVersions) {}
}
