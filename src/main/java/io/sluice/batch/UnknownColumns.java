package io.sluice.batch;

import io.sluice.table.Failure;

/// What becomes of columns that rows bring and their table does not have: `mergeSchema`.
public enum UnknownColumns {
    REFUSED,
    /// They become columns of the table, in the commit of the rows.
    ADDED;

    /// @throws io.sluice.table.FailureException `bad-parameter`
    public static UnknownColumns ofMergeSchema(String text) {
        return switch (text) {
            case "false" -> REFUSED;
            case "true" -> ADDED;
            default -> throw new Failure.BadParameter("mergeSchema", "it is true or false").asException();
        };
    }
}
