package io.sluice.compute;

import io.sluice.table.Predicate;
import java.util.List;

/// A condition on the rows of a table, checked.
///
/// @param sql a boolean DuckDB expression over the logical columns, written from the checked tree and never from the client's text
/// @param columns the top-level columns that it reads, by their names in the schema
/// @param predicate what it says for skipping files
public record Filter(String sql, List<String> columns, Predicate predicate) {

    public Filter {
        columns = List.copyOf(columns);
    }
}
