package io.sluice.compute.change;

import io.sluice.compute.FileLayout;
import io.sluice.compute.RowRules;
import io.sluice.compute.WorkTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How new files are made.
///
/// @param layout of the table's files
/// @param directory that does not exist yet, below the storage's staging directory; all files are made in it
/// @param rowIds the columns that keep the ids of rows that move; empty where the table does not track rows
/// @param rules that new rows must obey beyond those of the table
/// @param tableRules what the table fills and checks
/// @param nextValues of identity columns, for inserted rows that do not bring one
public record Making(
        FileLayout layout,
        Path directory,
        Files files,
        ChangeFeed changeFeed,
        Optional<RowIdColumns> rowIds,
        List<RowRule> rules,
        RowRules tableRules,
        List<NextValues> nextValues,
        WorkTime time) {

    public Making {
        rules = List.copyOf(rules);
        nextValues = List.copyOf(nextValues);
    }

    /// What becomes of a file in which rows change.
    public enum Files {
        /// It stays, and the rows are marked as deleted.
        KEPT,
        /// It is copied without them.
        COPIED
    }

    public enum ChangeFeed {
        WRITTEN,
        NONE
    }

    /// Names of the materialized columns (Delta protocol, "Row Tracking").
    public record RowIdColumns(String rowId, String rowCommitVersion) {}

    /// The values that an identity column hands out next: `first`, `first + step`, …
    ///
    /// @param index place of the column among the table's
    public record NextValues(int index, String column, long first, long step) {}
}
