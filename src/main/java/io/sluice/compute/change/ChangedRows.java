package io.sluice.compute.change;

import io.sluice.compute.WrittenFile;
import io.sluice.table.Column;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a change found, and the files that it made, not yet on storage.
///
/// @param touched files of the scan in which rows change, by number
/// @param added files of new rows
/// @param addedKeys of the rows in the one file of new rows, where they are known
/// @param changeFiles of the change data feed
/// @param members what became of each request of a group; none for a request alone
/// @param handedOut how many values of identity columns, by their places
public record ChangedRows(
        List<Touched> touched,
        List<WrittenFile> added,
        Optional<Keys> addedKeys,
        List<WrittenFile> changeFiles,
        Counts counts,
        List<Member> members,
        Map<Integer, Long> handedOut,
        long scanMillis,
        long rewriteMillis) {

    public ChangedRows {
        touched = List.copyOf(touched);
        added = List.copyOf(added);
        changeFiles = List.copyOf(changeFiles);
        members = List.copyOf(members);
        handedOut = Map.copyOf(handedOut);
    }

    /// @param file its number in the scan
    /// @param rows that go from it, sorted; empty when all do
    /// @param left rows that stay in it, or in its copies
    /// @param copies that take its place, where files are copied
    public record Touched(int file, long[] rows, long left, List<WrittenFile> copies) {
        public Touched {
            copies = List.copyOf(copies);
        }
    }

    /// @param columns that make the key
    /// @param rows the key of each row, in the order of the file; empty where a part of it is null
    public record Keys(List<Column> columns, List<Optional<List<Object>>> rows) {
        public Keys {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }

    /// @param source rows of a merge's source
    /// @param copied rows that were written again as they were
    /// @param dropped rows of the source without a match that a clause left out
    /// @param withoutMatch those of `updated` and `deleted` that no row of the source matches
    public record Counts(
            long source,
            long inserted,
            long updated,
            long deleted,
            long copied,
            long dropped,
            WithoutMatch withoutMatch) {}

    public record WithoutMatch(long updated, long deleted) {
        public static final WithoutMatch NONE = new WithoutMatch(0, 0);
    }

    /// A request of a group.
    ///
    /// @param rows that were looked at; none when the request is left for later
    public record Member(long rows, long inserted, long updated, long deleted, long dropped) {}

    public boolean isNothing() {
        return touched.isEmpty() && added.isEmpty();
    }
}
