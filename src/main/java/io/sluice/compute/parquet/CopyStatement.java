package io.sluice.compute.parquet;

import io.sluice.compute.FileLayout;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The `COPY` that writes a relation's rows into data files.
final class CopyStatement {

    /// Small groups cost a scan little and make point reads several times faster; DuckDB has no page index.
    private static final int ROW_GROUP_ROWS = 20_480;

    /// Of zstd: on pages of small row groups higher levels take a quarter more time and save next to nothing.
    private static final int COMPRESSION_LEVEL = 1;

    /// A point read unpacks only the pages that hold its rows. 8,192 longs are four of DuckDB's vectors: a scan
    /// then finds its vectors whole.
    private static final int PAGE_BYTES = 64 << 10;

    private final FileLayout layout;

    CopyStatement(FileLayout layout) {
        this.layout = layout;
    }

    /// @param relation quoted name of a relation whose columns have physical names
    String toFile(String relation, Path file) {
        return sql(relation, file, List.of());
    }

    /// Files of the target size below a new directory.
    String toFiles(String relation, Path directory) {
        return sql(relation, directory, List.of("FILE_SIZE_BYTES " + layout.targetFileBytes()));
    }

    /// One or more files for each partition, below a new directory.
    String toPartitions(String relation, Path directory) {
        String columns = layout.partitions().stream()
                .map(column -> identifier(column.physicalName()))
                .collect(Collectors.joining(", "));
        return sql(relation, directory, List.of("PARTITION_BY (" + columns + ")", "FILENAME_PATTERN 'part-{uuid}'"));
    }

    private String sql(String relation, Path target, List<String> more) {
        String columns = Stream.concat(
                        layout.dataColumns().stream().map(column -> identifier(column.physicalName())),
                        layout.partitions().stream()
                                .map(column -> partitionText(column) + " AS " + identifier(column.physicalName())))
                .collect(Collectors.joining(", "));
        var options = new ArrayList<String>();
        options.add("FORMAT parquet");
        options.add("COMPRESSION zstd");
        options.add("COMPRESSION_LEVEL " + COMPRESSION_LEVEL);
        options.add("ROW_GROUP_SIZE " + ROW_GROUP_ROWS);
        options.add("DATA_PAGE_SIZE_LIMIT " + PAGE_BYTES);
        options.add("RETURN_STATS");
        if (layout.fieldIds() == FileLayout.FieldIds.WRITE) {
            fieldIds(layout.dataColumns()).ifPresent(ids -> options.add("FIELD_IDS " + ids));
        }
        variants().ifPresent(unshredded -> options.add("SHREDDING {" + unshredded + "}"));
        options.addAll(more);
        return "COPY (SELECT " + columns + " FROM " + relation + ") TO " + literal(target.toString()) + " ("
                + String.join(", ", options) + ")";
    }

    /// Left to itself DuckDB gives members of variants columns of their own, which Delta allows with a table
    /// feature only (Delta protocol, "Variant Shredding").
    private Optional<String> variants() {
        String columns = layout.dataColumns().stream()
                .filter(column -> column.type() == DataType.Primitive.VARIANT)
                .map(column -> identifier(column.physicalName()) + ": 'VARIANT'")
                .collect(Collectors.joining(", "));
        return columns.isEmpty() ? Optional.empty() : Optional.of(columns);
    }

    /// A partition value's text (Delta protocol, "Partition Value Serialization").
    private static String partitionText(Column column) {
        String name = identifier(column.physicalName());
        if (!(column.type() instanceof DataType.Primitive primitive)) {
            return "CAST(" + name + " AS VARCHAR)";
        }
        return switch (primitive) {
            case STRING -> name;
            case BINARY -> "decode(" + name + ")";
            case FLOAT, DOUBLE ->
                "CASE WHEN isnan(" + name + ") THEN 'NaN' WHEN isinf(" + name + ") THEN CASE WHEN " + name
                        + " > 0 THEN 'Infinity' ELSE '-Infinity' END ELSE CAST(" + name + " AS VARCHAR) END";
            case TIMESTAMP -> "strftime(" + name + " AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')";
            case TIMESTAMP_NTZ -> "strftime(" + name + ", '%Y-%m-%d %H:%M:%S.%f')";
            case DATE -> "strftime(" + name + ", '%Y-%m-%d')";
            case BYTE, SHORT, INTEGER, LONG, BOOLEAN, VARIANT, VOID -> "CAST(" + name + " AS VARCHAR)";
        };
    }

    private static Optional<String> fieldIds(List<Column> columns) {
        String members = columns.stream()
                .flatMap(column -> fieldId(column).stream().map(id -> identifier(column.physicalName()) + ": " + id))
                .collect(Collectors.joining(", "));
        return members.isEmpty() ? Optional.empty() : Optional.of("{" + members + "}");
    }

    private static Optional<String> fieldId(Column column) {
        Optional<String> own =
                column.fieldId().stream().mapToObj(Integer::toString).findFirst();
        Optional<String> nested = nestedIds(column.type());
        if (nested.isEmpty()) {
            return own;
        }
        return Optional.of(
                "{" + own.map(id -> "__duckdb_field_id: " + id + ", ").orElse("") + nested.get() + "}");
    }

    /// Ids of the fields inside a type, without braces.
    private static Optional<String> nestedIds(DataType type) {
        return switch (type) {
            case DataType.Primitive primitive -> Optional.empty();
            case DataType.Decimal decimal -> Optional.empty();
            case DataType.Array array -> nestedIds(array.element()).map(ids -> "element: {" + ids + "}");
            case DataType.Map map -> {
                String members = Stream.concat(
                                nestedIds(map.key()).map(ids -> "key: {" + ids + "}").stream(),
                                nestedIds(map.value()).map(ids -> "value: {" + ids + "}").stream())
                        .collect(Collectors.joining(", "));
                yield members.isEmpty() ? Optional.empty() : Optional.of(members);
            }
            case DataType.Struct struct -> fieldIds(struct.fields()).map(ids -> ids.substring(1, ids.length() - 1));
        };
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    static String identifier(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
