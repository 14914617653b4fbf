package io.sluice.commit;

import io.sluice.delta.Action;
import io.sluice.storage.Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a [ChangeWork] made of a snapshot.
public sealed interface Preparation<R> {

    R result();

    /// Nothing of the table is touched: no commit is made.
    record Nothing<R>(R result) implements Preparation<R> {}

    /// A commit to be.
    ///
    /// Whether it is a blind append and which isolation it needs follows from what it read and does. Row ids,
    /// `defaultRowCommitVersion`, in-commit timestamps and the high-water mark of row tracking are added by the
    /// commit; a file that is added again keeps its own ids.
    ///
    /// @param reads what it was computed from; nothing for one that only declares or adds
    /// @param actions without `commitInfo`, and with at most one each of `metaData` and `protocol`
    /// @param written files that were stored for this change and that no log entry names, data, change and
    ///     deletion vector files alike: deleted when the change is not committed, kept when that is unknown
    record Change<R>(Operation operation, List<Read> reads, List<Action> actions, List<Location> written, R result)
            implements Preparation<R> {

        public Change {
            reads = List.copyOf(reads);
            actions = List.copyOf(actions);
            written = List.copyOf(written);
        }
    }

    /// How history tells of the change, by Spark's names.
    ///
    /// @param name `DELETE`, `UPDATE`, `MERGE`, `SET TBLPROPERTIES`, …
    /// @param parameters JSON values; Spark writes lists and predicates as JSON texts
    /// @param metrics `numDeletedRows`, …; written as decimal texts, as Spark does
    record Operation(String name, Map<String, Object> parameters, Map<String, Long> metrics) {

        public Operation {
            parameters = new LinkedHashMap<>(parameters);
            metrics = new LinkedHashMap<>(metrics);
        }
    }
}
