package io.sluice.catalog.convert;

import io.sluice.compute.PartitionKey;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Partition values from the names of directories, `column=value`, escaped as Hive and Spark do.
final class HivePartitions {

    private static final String NULL_VALUE = "__HIVE_DEFAULT_PARTITION__";

    private final List<Column> columns;

    /// @param columns in the order of the directories
    HivePartitions(List<Column> columns) {
        this.columns = columns;
    }

    /// By column, in the protocol's text form; null for a null value.
    ///
    /// @throws FailureException `invalid-schema` when the file does not lie in one directory for each column, or a
    ///     value is none of the column's type
    Map<String, @Nullable String> of(ParquetDirectory.Found file) {
        if (file.directories().size() != columns.size()) {
            throw mismatch(file);
        }
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            String directory = file.directories().get(i);
            int equals = directory.indexOf('=');
            if (equals < 0 || !unescaped(directory.substring(0, equals)).equalsIgnoreCase(column.name())) {
                throw mismatch(file);
            }
            String value = directory.substring(equals + 1);
            values.put(column.name(), value.equals(NULL_VALUE) ? null : checked(unescaped(value), column, file));
        }
        return values;
    }

    private FailureException mismatch(ParquetDirectory.Found file) {
        List<String> names = columns.stream().map(Column::name).toList();
        return new Failure.InvalidSchema(file.relative() + " does not lie in the directories of the partition columns "
                        + names + "; name them all in partitionBy, in the order of the directories")
                .asException();
    }

    private static @Nullable String checked(String value, Column column, ParquetDirectory.Found file) {
        if (value.isEmpty()) {
            return null;
        }
        if (!PartitionKey.isValue(value, column.type())) {
            throw new Failure.InvalidSchema("the partition value " + value + " of " + file.relative() + " is no "
                            + column.type() + ", which partitionBy says of " + column.name())
                    .asException();
        }
        return value;
    }

    /// A percent sign that two hexadecimal digits do not follow stands for itself.
    static String unescaped(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (c == '%' && high >= 0 && low >= 0) {
                plain.append((char) (high * 16 + low));
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
