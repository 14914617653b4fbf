package io.sluice.ingest;

import io.sluice.table.Failure;
import io.sluice.table.PartitionText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// `partition=<column>=<value>[/…]`. Names and values may be escaped, as in Hive's directories;
/// `__HIVE_DEFAULT_PARTITION__` for null.
public final class PartitionParameter {

    private PartitionParameter() {}

    /// Texts of the values by column; empty for null.
    public static Map<String, Optional<String>> parse(String text) {
        var values = new LinkedHashMap<String, Optional<String>>();
        if (text.isEmpty()) {
            return values;
        }
        for (String part : text.split("/", -1)) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new Failure.BadParameter("partition", "it is column=value, more of them after a slash")
                        .asException();
            }
            String value = part.substring(equals + 1);
            var parsed = value.equals(PartitionText.NULL)
                    ? Optional.<String>empty()
                    : Optional.of(PartitionText.unescaped(value));
            if (values.put(PartitionText.unescaped(part.substring(0, equals)), parsed) != null) {
                throw new Failure.BadParameter("partition", "it names a column twice").asException();
            }
        }
        return values;
    }
}
