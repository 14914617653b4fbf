package io.sluice.commit.conflict;

import io.sluice.commit.Read;
import io.sluice.commit.TestTables;
import io.sluice.delta.Action;
import io.sluice.delta.Action.AddFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Predicate;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The words of the table of conflict cases: a table of files `f1` (p=a, id 1 to 10), `f2` (p=a, 11 to 20), `f3` (p=b,
/// 1 to 10) and `f4` (p null, without statistics).
final class ConflictCase {

    private ConflictCase() {}

    /// `nothing`, or `table`, `commits`, `rows <predicate>`, `files f1 f2`, `txn <id>`, several joined by ` + `.
    static List<Read> reads(String text) {
        return text.equals("nothing")
                ? List.of()
                : Stream.of(text.split(" \\+ ")).map(ConflictCase::read).toList();
    }

    private static Read read(String text) {
        String rest = text.substring(text.indexOf(' ') + 1);
        return switch (text.split(" ")[0]) {
            case "table" -> new Read.WholeTable();
            case "commits" -> new Read.EveryCommit();
            case "rows" -> new Read.Rows(predicate(rest));
            case "files" -> new Read.Files(Set.of(rest.split(" ")));
            case "txn" -> new Read.TransactionId(rest);
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Predicate predicate(String text) {
        if (text.contains(" & ")) {
            return new Predicate.And(
                    Stream.of(text.split(" & ")).map(ConflictCase::predicate).toList());
        }
        if (text.equals("anything")) {
            return new Predicate.Anything();
        }
        if (text.equals("none")) {
            return new Predicate.Nothing();
        }
        List<String> column = List.of(text.split("[^a-z]")[0]);
        if (text.endsWith("is null")) {
            return new Predicate.IsNull(column);
        }
        if (text.endsWith("not null")) {
            return new Predicate.IsNotNull(column);
        }
        if (text.contains(" in ")) {
            return new Predicate.In(
                    column,
                    Stream.of(text.split(" in ")[1].split(","))
                            .map(value -> constant(column.getFirst(), value))
                            .toList());
        }
        Predicate.Operator operator = switch (text.replaceAll("[a-z0-9]", "")) {
            case "=" -> Predicate.Operator.EQUAL;
            case "!=" -> Predicate.Operator.NOT_EQUAL;
            case "<" -> Predicate.Operator.LESS;
            case ">" -> Predicate.Operator.GREATER;
            case ">=" -> Predicate.Operator.GREATER_OR_EQUAL;
            default -> throw new IllegalArgumentException(text);
        };
        String value = text.replaceAll(".*[=<>]", "");
        return new Predicate.Comparison(column, operator, constant(column.getFirst(), value));
    }

    private static Object constant(String column, String value) {
        return column.equals("id") ? Long.valueOf(value) : value;
    }

    /// `passes`, `ours`, or the problem type of the conflict, which must name the winner.
    static String text(Verdict verdict, long winner) {
        return switch (verdict) {
            case Verdict.Passes _ -> "passes";
            case Verdict.Ours _ -> "ours";
            case Verdict.Collides(Failure.ProtocolChanged(long version)) when version == winner -> "protocol-changed";
            case Verdict.Collides(Failure.MetadataChanged(long version)) when version == winner -> "metadata-changed";
            case Verdict.Collides(Failure.ConcurrentTransaction(String id, long version))
            when version == winner -> "concurrent-transaction";
            case Verdict.Collides(Failure.ConcurrentAppend(long version)) when version == winner -> "concurrent-append";
            case Verdict.Collides(Failure.ConcurrentDeleteRead(long version))
            when version == winner -> "concurrent-delete-read";
            case Verdict.Collides(Failure.ConcurrentDeleteDelete(long version))
            when version == winner -> "concurrent-delete-delete";
            case Verdict.Collides(Failure failure) -> failure.toString();
        };
    }

    /// The table that both commits follow.
    record Table(TableSnapshot snapshot, Map<String, AddFile> files) {

        static Table in(TestTables tables) {
            Map<String, AddFile> files = new LinkedHashMap<>();
            files.put("f1", add("f1", "a", stats(1, 10)));
            files.put("f2", add("f2", "a", stats(11, 20)));
            files.put("f3", add("f3", "b", stats(1, 10)));
            files.put("f4", add("f4", null, Optional.empty()));
            tables.create();
            List<Action> actions = new ArrayList<>(files.values());
            actions.add(new Action.Protocol(1, 7, List.of(), List.of("appendOnly", "domainMetadata")));
            actions.add(metadata(Map.of("was.set", "1", "delta.checkpointInterval", "5"), List.of("p")));
            tables.rival(1, actions.toArray(Action[]::new));
            return new Table(tables.snapshot(), files);
        }

        /// `nothing`, or actions separated by `; `.
        List<Action> actions(String text) {
            return text.equals("nothing")
                    ? List.of()
                    : Stream.of(text.split("; "))
                            .flatMap(word -> does(word).stream())
                            .toList();
        }

        private List<Action> does(String text) {
            String[] words = text.split(" ");
            String rest = text.substring(text.indexOf(' ') + 1);
            Stream<AddFile> named =
                    Arrays.stream(words).filter(files::containsKey).map(files::get);
            return switch (words[0]) {
                case "add" -> List.of(added(words[1], words[2]));
                case "remove" ->
                    named.<Action>map(file -> Action.RemoveFile.of(file, 1, true))
                            .toList();
                case "rewrite" -> {
                    List<Action> actions = new ArrayList<>();
                    named.forEach(file -> {
                        actions.add(Action.RemoveFile.of(file, 1, false));
                        actions.add(again(file, file.path() + "-compacted", false, Optional.empty()));
                    });
                    yield actions;
                }
                case "vector" -> {
                    var vector = new Action.DeletionVector("i", "inline", OptionalLong.empty(), 1, 1);
                    List<Action> actions = new ArrayList<>();
                    named.forEach(file -> {
                        actions.add(Action.RemoveFile.of(file, 1, true));
                        actions.add(again(file, file.path(), true, Optional.of(vector)));
                    });
                    yield actions;
                }
                case "cdc" -> List.of(new Action.AddCdcFile("_change_data/c", Map.of(), 1));
                case "txn" -> List.of(new Action.SetTransaction(rest, 1, OptionalLong.empty()));
                case "domain" -> List.of(new Action.DomainMetadata(rest, "{}", false));
                case "drop-domain" -> List.of(new Action.DomainMetadata(rest, "{}", true));
                case "protocol" -> List.of(protocol(rest));
                case "set", "unset", "map", "identity", "schema", "metadata" -> List.of(metadata(words[0], rest));
                default -> throw new IllegalArgumentException(text);
            };
        }

        private Action.Protocol protocol(String change) {
            Set<String> features = new LinkedHashSet<>(snapshot.protocol().writerFeatures());
            switch (change.charAt(0)) {
                case '+' -> features.add(change.substring(1));
                case '-' -> features.remove(change.substring(1));
                default -> {}
            }
            return new Action.Protocol(1, 7, List.of(), List.copyOf(features));
        }

        private Action.Metadata metadata(String word, String change) {
            Action.Metadata before = snapshot.metadata();
            Map<String, String> properties = new HashMap<>(before.configuration());
            List<Column> columns = new ArrayList<>(before.schema().columns());
            Column id = columns.getFirst();
            List<String> partitions = before.partitionColumns();
            String tableId = before.id();
            switch (word) {
                case "set" -> {
                    int equals = change.indexOf('=');
                    properties.put(change.substring(0, equals), change.substring(equals + 1));
                }
                case "unset" -> properties.remove(change);
                case "map" -> {
                    properties.put("delta.columnMapping.mode", "name");
                    properties.put("delta.columnMapping.maxColumnId", "2");
                    columns.replaceAll(column -> with(
                            column,
                            Map.of("delta.columnMapping.id", 1L, "delta.columnMapping.physicalName", column.name())));
                }
                case "identity" -> columns.set(0, with(id, Map.of("delta.identity.highWaterMark", 99L)));
                case "schema" -> {
                    switch (change) {
                        case "+column" -> columns.add(new Column("more", DataType.Primitive.STRING));
                        case "comment" -> columns.set(0, with(id, Map.of("comment", "the key")));
                        case "type" -> columns.set(0, new Column("id", DataType.Primitive.DOUBLE));
                        case "not-null" -> columns.set(0, new Column("id", id.type(), false, Map.of()));
                        case "partitions" -> partitions = List.of();
                        case "id" -> tableId = "another";
                        default -> throw new IllegalArgumentException(change);
                    }
                }
                default -> {}
            }
            return new Action.Metadata(
                    tableId,
                    Optional.empty(),
                    Optional.empty(),
                    new Schema(columns),
                    partitions,
                    properties,
                    OptionalLong.of(0));
        }

        private static Column with(Column column, Map<String, Object> metadata) {
            return new Column(column.name(), column.type(), column.nullable(), metadata);
        }

        private static Action.Metadata metadata(Map<String, String> properties, List<String> partitions) {
            return new Action.Metadata(
                    "00000000-0000-0000-0000-000000000001",
                    Optional.empty(),
                    Optional.empty(),
                    new Schema(List.of(
                            new Column("id", DataType.Primitive.LONG), new Column("p", DataType.Primitive.STRING))),
                    partitions,
                    properties,
                    OptionalLong.of(0));
        }

        /// `a 1-9`: partition and the bounds of the ids.
        private static AddFile added(String partition, String ids) {
            if (ids.equals("nothing-known")) {
                return add("new", "a", Optional.empty());
            }
            String[] bounds = ids.split("-");
            return add(
                    "new-" + partition + ids,
                    partition.equals("null") ? null : partition,
                    stats(Long.parseLong(bounds[0]), Long.parseLong(bounds[1])));
        }

        private static Optional<String> stats(long min, long max) {
            return Optional.of(
                    "{\"numRecords\":%d,\"minValues\":{\"id\":%d},\"maxValues\":{\"id\":%d},\"nullCount\":{\"id\":0}}"
                            .formatted(max - min + 1, min, max));
        }

        private static AddFile add(String path, @Nullable String partition, Optional<String> stats) {
            Map<String, @Nullable String> values = new HashMap<>();
            values.put("p", partition);
            return new AddFile(
                    path,
                    values,
                    1,
                    1,
                    true,
                    stats,
                    Map.of(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty());
        }

        private static AddFile again(
                AddFile file, String path, boolean dataChange, Optional<Action.DeletionVector> vector) {
            return new AddFile(
                    path,
                    file.partitionValues(),
                    file.size(),
                    file.modificationTime(),
                    dataChange,
                    file.stats(),
                    file.tags(),
                    vector,
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    Optional.empty());
        }
    }
}
