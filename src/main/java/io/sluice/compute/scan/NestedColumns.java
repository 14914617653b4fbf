package io.sluice.compute.scan;

import io.sluice.compute.Scan;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.DataType.Primitive;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/// Makes structs readable from files that have none of their fields, as a file may where all fields of a struct were
/// dropped and others added: the struct is there, with nulls in it. DuckDB makes one struct of another only where they
/// share a field, so one field of such a file is read beside those of the table. Read from the footers, once per file.
final class NestedColumns {

    private static final int MOST_KNOWN = 100_000;
    private static final int FILES_PER_STATEMENT = 500;

    /// A column of a file that holds a struct.
    private record InFile(String name, OptionalInt fieldId, DataType type) {
        boolean is(Column column, Scan.Binding binding) {
            return switch (binding) {
                case PHYSICAL_NAME -> name.equalsIgnoreCase(column.physicalName());
                case FIELD_ID -> column.fieldId().isPresent() && fieldId.equals(column.fieldId());
            };
        }
    }

    private final KnownFiles<List<InFile>> known = new KnownFiles<>(MOST_KNOWN);

    Scan readable(DuckDBConnection connection, Scan scan, List<Path> paths, List<Column> columns) throws SQLException {
        List<Column> structs =
                columns.stream().filter(column -> holdsStruct(column.type())).toList();
        if (structs.isEmpty() || paths.isEmpty()) {
            return scan;
        }
        var types = new HashMap<String, DataType>();
        for (List<InFile> file : distinct(connection, paths)) {
            for (Column column : structs) {
                DataType type = types.getOrDefault(column.name(), column.type());
                file.stream()
                        .filter(candidate -> candidate.is(column, scan.binding()))
                        .map(found -> sharing(type, found.type()))
                        .filter(shared -> !shared.equals(type))
                        .forEach(shared -> types.put(column.name(), shared));
            }
        }
        return types.isEmpty() ? scan : scan.withTypesInFiles(types);
    }

    static boolean holdsStruct(DataType type) {
        return switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> false;
            case DataType.Array array -> holdsStruct(array.element());
            case DataType.Map map -> holdsStruct(map.key()) || holdsStruct(map.value());
            case DataType.Struct _ -> true;
        };
    }

    /// The type with a field of the file's more in each struct that shares none with the file's.
    private static DataType sharing(DataType type, DataType inFile) {
        return switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> type;
            case DataType.Array(var element, var nulls) ->
                inFile instanceof DataType.Array file
                        ? new DataType.Array(sharing(element, file.element()), nulls)
                        : type;
            case DataType.Map(var key, var value, var nulls) ->
                inFile instanceof DataType.Map file
                        ? new DataType.Map(sharing(key, file.key()), sharing(value, file.value()), nulls)
                        : type;
            case DataType.Struct struct -> inFile instanceof DataType.Struct file ? sharing(struct, file) : type;
        };
    }

    private static DataType sharing(DataType.Struct struct, DataType.Struct inFile) {
        var fields = new ArrayList<Column>();
        boolean shares = false;
        for (Column field : struct.fields()) {
            Optional<Column> found = find(inFile, field.physicalName());
            shares |= found.isPresent();
            fields.add(found.map(Column::type)
                    .map(type ->
                            new Column(field.name(), sharing(field.type(), type), field.nullable(), field.metadata()))
                    .orElse(field));
        }
        if (!shares) {
            // Whatever it holds, text can be made of it; nobody asks for it.
            fields.add(new Column(inFile.fields().getFirst().name(), Primitive.STRING));
        }
        return new DataType.Struct(fields);
    }

    private static Optional<Column> find(DataType.Struct struct, String name) {
        return struct.fields().stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .findFirst();
    }

    private List<List<InFile>> distinct(DuckDBConnection connection, List<Path> paths) throws SQLException {
        var files = new ArrayList<List<InFile>>();
        var unknown = new ArrayList<Path>();
        for (Path path : new LinkedHashSet<>(paths)) {
            known.find(path).ifPresentOrElse(files::add, () -> unknown.add(path));
        }
        for (int i = 0; i < unknown.size(); i += FILES_PER_STATEMENT) {
            List<Path> some = unknown.subList(i, Math.min(unknown.size(), i + FILES_PER_STATEMENT));
            Map<String, List<InFile>> read = read(connection, some);
            some.forEach(path -> known.remember(path, read.getOrDefault(path.toString(), List.of())));
            files.addAll(read.values());
        }
        return files.stream().distinct().toList();
    }

    /// The columns of files that hold structs; files that are alike have one list.
    private static Map<String, List<InFile>> read(DuckDBConnection connection, List<Path> paths) throws SQLException {
        String list = paths.stream().map(path -> Sql.literal(path.toString())).collect(Collectors.joining(", "));
        var columns = new HashMap<String, List<InFile>>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT file_name, name, num_children, duckdb_type, field_id FROM"
                        + " parquet_schema([" + list + "]) ORDER BY file_name, column_id")) {
            String file = "";
            int inside = 0;
            while (rows.next()) {
                boolean isRoot = !file.equals(rows.getString(1));
                if (isRoot) {
                    file = rows.getString(1);
                    inside = 0;
                } else if (inside == 0) {
                    column(rows).ifPresent(columns.computeIfAbsent(file, _ -> new ArrayList<>())::add);
                    inside = rows.getInt(3);
                } else {
                    inside += rows.getInt(3) - 1;
                }
            }
        }
        var alike = new HashMap<List<InFile>, List<InFile>>();
        columns.replaceAll((_, found) -> alike.computeIfAbsent(found, List::copyOf));
        return columns;
    }

    private static Optional<InFile> column(ResultSet row) throws SQLException {
        String text = row.getString(4);
        Object id = row.getObject(5);
        OptionalInt fieldId = id instanceof Number number ? OptionalInt.of(number.intValue()) : OptionalInt.empty();
        String name = row.getString(2);
        return Optional.ofNullable(text)
                .flatMap(DuckDbType::nesting)
                .filter(NestedColumns::holdsStruct)
                .map(type -> new InFile(name, fieldId, type));
    }
}
