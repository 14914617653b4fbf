package io.sluice.api;

import io.sluice.table.TableName;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which paths are about one table: `/v1/tables/{table}` and what lies below.
public final class TablePaths {

    private static final String SEGMENT = "[A-Za-z_][A-Za-z0-9_]{0,127}";
    private static final Pattern ABOUT_A_TABLE =
            Pattern.compile("/v1/tables/(" + SEGMENT + "(?:\\." + SEGMENT + ")?)(?:/.*)?");

    private TablePaths() {}

    /// The table that a path is about; empty for other paths, and for names that no table can have.
    public static Optional<TableName> table(String path) {
        var matcher = ABOUT_A_TABLE.matcher(path);
        return matcher.matches() ? Optional.of(TableName.parse(matcher.group(1))) : Optional.empty();
    }
}
