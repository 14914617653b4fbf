package io.sluice.query;

import io.sluice.answer.ColumnPath;
import io.sluice.table.Failure;
import io.sluice.table.PartitionText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// `partition=<column>=<value>[/…]` as a condition. Names and values may be escaped, as in Hive's directories;
/// `__HIVE_DEFAULT_PARTITION__` and the empty text stand for null.
final class Partition {

    private Partition() {}

    /// The condition in the language of filters.
    ///
    /// @throws io.sluice.table.FailureException `bad-parameter` when it names something that is no partition
    ///     column
    static String condition(String text, List<String> partitionColumns) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String part : text.split("/", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw bad("it is column=value, more of them after a slash");
            }
            String name = PartitionText.unescaped(part.substring(0, equals));
            String column = partitionColumns.stream()
                    .filter(name::equalsIgnoreCase)
                    .findFirst()
                    .orElseThrow(() -> bad(ColumnPath.shortened(name) + " is not a partition column"));
            String value = part.substring(equals + 1);
            if (values.put(column, value.equals(PartitionText.NULL) ? "" : PartitionText.unescaped(value)) != null) {
                throw bad("it names a column twice");
            }
        }
        return values.entrySet().stream()
                .map(entry -> condition(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(" AND "));
    }

    private static String condition(String column, String value) {
        String name = "`" + column.replace("`", "``") + "`";
        return value.isEmpty() ? name + " IS NULL" : name + " = '" + value.replace("'", "''") + "'";
    }

    private static RuntimeException bad(String reason) {
        return new Failure.BadParameter("partition", reason).asException();
    }
}
