package io.sluice.compute;

import io.sluice.compute.scan.SqlType;
import io.sluice.table.Failure;
import java.sql.SQLException;
import java.util.stream.Collectors;

/// Tries out the expressions of a table before they stand in its metadata.
public final class RuleProbe {

    private final DuckDb duckDb;

    public RuleProbe(DuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /// Computes the rules for one row of nulls that brings no column.
    ///
    /// @throws io.sluice.table.FailureException `invalid-schema` when a default cannot be computed, or when values
    ///     of an expression cannot be values of its column
    public void requireComputable(RowRules rules) {
        String nulls = rules.schema().columns().stream()
                .map(column ->
                        "CAST(NULL AS " + SqlType.logical(column.type()) + ") AS " + DuckDb.identifier(column.name()))
                .collect(Collectors.joining(", ", "(SELECT ", ")"));
        try {
            duckDb.call(DuckDb.Purpose.LOOK_UP, connection -> {
                try (var statement = connection.createStatement();
                        var result = statement.executeQuery(rules.select(nulls, column -> "false"))) {
                    return result.next();
                }
            });
        } catch (SQLException e) {
            throw new Failure.InvalidSchema(
                            "a default cannot be computed, or an expression does not give values of its column")
                    .asException(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
