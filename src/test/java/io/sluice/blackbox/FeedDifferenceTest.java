package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The change feed of a range is the difference of the versions at its ends: on random histories of everything that
/// changes a table. `-Dsluice.feed.histories` and `-Dsluice.feed.steps` choose how many and how long,
/// `-Dsluice.feed.seed` the first.
class FeedDifferenceTest {

    private static final int HISTORIES = Integer.getInteger("sluice.feed.histories", 5);
    private static final int STEPS = Integer.getInteger("sluice.feed.steps", 30);
    private static final long FIRST = Long.getLong("sluice.feed.seed", 1);
    private static final String LINES = "application/x-ndjson";

    private final RunningSluice sluice = RunningSluice.shared();

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + HISTORIES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void changes_lead_from_each_version_to_each_later_one(long seed) {
        var history = new History(sluice, seed);
        history.grow(STEPS);
        history.check();
    }

    /// Columns by what stays the same when they are renamed.
    private record Version(Map<String, Column> columns, List<Map<String, String>> rows) {}

    private record Column(String name, String type) {
        boolean fits(Column later) {
            return type.equals(later.type) || type.equals("integer");
        }
    }

    private static final class History {

        private final Random random;
        private final Table table;
        private final boolean partitioned;
        private final boolean mapped;
        private final String what;
        private final List<Version> versions = new ArrayList<>();
        private final List<String> steps = new ArrayList<>();
        /// The columns that a request writes, by key.
        private Map<String, Column> columns = new LinkedHashMap<>();
        private long nextId;
        private int nextColumn;

        History(RunningSluice sluice, long seed) {
            this.random = new Random(seed);
            this.partitioned = random.nextBoolean();
            this.mapped = random.nextInt(3) > 0;
            boolean byId = mapped && random.nextBoolean();
            String members =
                    ",\"properties\":{\"delta.enableChangeDataFeed\":\"true\",\"delta.enableTypeWidening\":\"true\""
                            + ",\"delta.enableDeletionVectors\":\"" + random.nextBoolean() + "\""
                            + ",\"delta.enableRowTracking\":\"" + (!byId && random.nextInt(3) == 0) + "\""
                            + (mapped ? ",\"delta.columnMapping.mode\":\"" + (byId ? "id" : "name") + "\"" : "")
                            + "}" + (partitioned ? ",\"partitionBy\":[\"p\"]" : "");
            this.what = "seed " + seed + members;
            this.table = Table.with(sluice, members, "id long", "p string", "v integer");
            columns.put("id", new Column("id", "long"));
            columns.put("p", new Column("p", "string"));
            columns.put("v", new Column("v", "integer"));
            look();
        }

        void grow(int count) {
            for (int i = 0; i < count; i++) {
                steps.add(versions.size() + " " + step());
                look();
            }
        }

        private String step() {
            return switch (random.nextInt(20)) {
                case 0, 1, 2, 3 -> append("");
                case 4 -> append("overwrite");
                case 5 -> partitioned ? append("overwrite-partitions") : append("");
                case 6, 7, 8 -> delete();
                case 9, 10, 11 -> update();
                case 12, 13 -> upsert();
                case 14 -> merge();
                case 15 -> operation("optimize", "{}");
                case 16 ->
                    random.nextBoolean() ? operation("optimize", "{\"zOrderBy\":[\"" + name("id") + "\"]}") : vectors();
                case 17 -> restore();
                default -> alter();
            };
        }

        private String name(String key) {
            return columns.get(key).name();
        }

        private String row(long id) {
            var cells = new ArrayList<String>();
            columns.forEach((key, column) -> {
                String cell = key.equals("id") ? Long.toString(id) : value(key, column);
                cells.add("\"" + column.name() + "\":" + cell);
            });
            return "{" + String.join(",", cells) + "}";
        }

        private String value(String key, Column column) {
            if (random.nextInt(9) == 0) {
                return "null";
            }
            return switch (column.type()) {
                case "string" -> "\"" + (key.equals("p") ? "a=/% b" : "s") + random.nextInt(3) + "\"";
                case "long" -> Long.toString(5_000_000_000L + random.nextInt(50));
                default -> Integer.toString(random.nextInt(50));
            };
        }

        private String batch(int most) {
            var rows = new ArrayList<String>();
            for (int i = random.nextInt(most); i >= 0; i--) {
                rows.add(row(nextId++));
            }
            return "[" + String.join(",", rows) + "]";
        }

        private String append(String mode) {
            Call call = table.post();
            if (!mode.isEmpty()) {
                call.query("mode", mode);
            }
            if (random.nextInt(8) == 0 && columns.size() < 8) {
                call.query("mergeSchema", "true");
                String key = "x" + nextColumn++;
                columns = new LinkedHashMap<>(columns);
                columns.put(key, new Column(key, "string"));
            }
            call.json(batch(30)).send().expect(200);
            return "append " + mode;
        }

        private String condition() {
            return switch (random.nextInt(4)) {
                case 0 -> "`" + name("id") + "` % 7 < " + random.nextInt(4);
                case 1 -> "`" + name("v") + "` > " + random.nextInt(60);
                case 2 -> "`" + name("p") + "` = 'a=/% b" + random.nextInt(3) + "'";
                default -> "`" + name("id") + "` > " + random.nextLong(nextId + 1);
            };
        }

        private String delete() {
            String where = condition();
            table.sluice()
                    .delete(table.path() + "/rows")
                    .query("where", where)
                    .send()
                    .expect(200);
            return "delete " + where;
        }

        private String update() {
            String where = condition();
            String set = random.nextInt(3) == 0
                    ? "\"" + name("p") + "\":\"a=/% b" + random.nextInt(3) + "\""
                    : "\"" + name("v") + "\":{\"sql\":\"coalesce(`" + name("v") + "`, 0) + 1\"}";
            table.sluice()
                    .call("PATCH", table.path() + "/rows")
                    .json("{\"where\":\"" + where + "\",\"set\":{" + set + "}}")
                    .send()
                    .expect(200);
            return "update " + where + " set " + set;
        }

        private String source() {
            var ids = new TreeMap<Long, String>();
            for (int i = random.nextInt(10); i >= 0; i--) {
                long id = random.nextBoolean() ? random.nextLong(nextId + 1) : nextId++;
                ids.put(id, row(id));
            }
            return "[" + String.join(",", ids.values()) + "]";
        }

        private String upsert() {
            table.sluice()
                    .post(table.path() + "/upsert")
                    .query("key", name("id"))
                    .json(source())
                    .send()
                    .expect(200);
            return "upsert";
        }

        private String merge() {
            String id = "`" + name("id") + "`";
            table.sluice()
                    .post(table.path() + "/merge")
                    .json("{\"source\":{\"rows\":" + source() + "},\"on\":\"target." + id + " = source." + id + "\","
                            + "\"whenMatched\":[{\"if\":\"source." + id
                            + " % 2 = 0\",\"delete\":true},{\"update\":\"all\"}],"
                            + "\"whenNotMatched\":[{\"insert\":\"all\"}],\"whenNotMatchedBySource\":[{\"if\":\"target."
                            + id
                            + " % 9 = 1\",\"delete\":true}]}")
                    .send()
                    .expect(200);
            return "merge";
        }

        private String operation(String kind, String body) {
            JsonNode ended = table.sluice()
                    .post(table.path() + "/" + kind)
                    .header("Prefer", "wait=60")
                    .json(body)
                    .send()
                    .expect(200)
                    .json();
            assertThat(ended.path("state").asString()).as("%s %s", what, ended).isEqualTo("succeeded");
            return kind + " " + body;
        }

        private String vectors() {
            boolean on = random.nextBoolean();
            return patch("{\"op\":\"set-properties\",\"properties\":{\"delta.enableDeletionVectors\":\"" + on + "\"}}");
        }

        private String restore() {
            int to = Math.max(1, versions.size() - 1 - random.nextInt(8));
            if (to >= versions.size()) {
                return append("");
            }
            columns = versions.get(to).columns();
            return operation("restore", "{\"version\":" + to + "}");
        }

        private String patch(String change) {
            table.sluice()
                    .call("PATCH", table.path())
                    .json("{\"changes\":[" + change + "]}")
                    .send()
                    .expect(200);
            return change;
        }

        private String alter() {
            var later = new LinkedHashMap<>(columns);
            String change;
            int kind = random.nextInt(mapped ? 4 : 2);
            List<String> extra =
                    columns.keySet().stream().filter(key -> key.startsWith("x")).toList();
            if (kind == 0 || kind == 3 && extra.isEmpty()) {
                String key = "x" + nextColumn++;
                String type = random.nextBoolean() ? "integer" : "string";
                later.put(key, new Column(key, type));
                change = "{\"op\":\"add-column\",\"column\":{\"name\":\"" + key + "\",\"type\":\"" + type + "\"}}";
            } else if (kind == 1) {
                later.put("v", new Column(name("v"), "long"));
                change = "{\"op\":\"change-type\",\"name\":\"" + name("v") + "\",\"type\":\"long\"}";
            } else if (kind == 2) {
                String key = random.nextBoolean() ? "v" : "id";
                String renamed = key + "_" + nextColumn++;
                change = "{\"op\":\"rename-column\",\"name\":\"" + name(key) + "\",\"to\":\"" + renamed + "\"}";
                later.put(key, new Column(renamed, columns.get(key).type()));
            } else {
                String key = extra.get(random.nextInt(extra.size()));
                change = "{\"op\":\"drop-column\",\"name\":\"" + name(key) + "\"}";
                later.remove(key);
            }
            columns = later;
            return patch(change);
        }

        /// Notes what the table is at the versions that are new.
        private void look() {
            long latest = table.version();
            while (versions.size() <= latest) {
                int version = versions.size();
                List<Map<String, String>> rows =
                        table.rows().query("version", version).accept(LINES).send().expect(200).lines().stream()
                                .map(row -> keyed(row, columns))
                                .toList();
                versions.add(new Version(columns, rows));
            }
        }

        private static Map<String, String> keyed(JsonNode row, Map<String, Column> columns) {
            var cells = new TreeMap<String, String>();
            columns.forEach((key, column) -> {
                JsonNode cell = row.path(column.name());
                assertThat(cell.isMissingNode())
                        .as("%s in %s", column.name(), row)
                        .isFalse();
                if (!cell.isNull()) {
                    cells.put(key, cell.toString());
                }
            });
            return cells;
        }

        void check() {
            int last = versions.size() - 1;
            for (int version = 1; version <= last; version++) {
                compare(version, version);
            }
            for (int i = 0; i < last / 2; i++) {
                int first = 1 + random.nextInt(last);
                compare(first, first + random.nextInt(last - first + 1));
            }
        }

        private void compare(int first, int last) {
            Version end = versions.get(last);
            String range = what + "\nversions " + first + " to " + last + " of\n" + String.join("\n", steps);
            Call call = table.get("/changes").query("fromVersion", first).query("toVersion", last);
            if (!isTold(first, last)) {
                call.send().expectProblem(422, "schema-mismatch");
                return;
            }
            Map<Map<String, String>, Integer> rows = new HashMap<>();
            versions.get(first - 1).rows().forEach(row -> count(rows, within(row, end), 1));
            List<JsonNode> changes =
                    random.nextBoolean() ? call.accept(LINES).send().expect(200).lines() : pages(first, last);
            long commit = first;
            for (JsonNode change : changes) {
                assertThat(change.path("_commit_version").asLong()).as(range).isBetween(commit, (long) last);
                commit = change.path("_commit_version").asLong();
                Map<String, String> row = keyed(change, end.columns());
                switch (change.path("_change_type").asString()) {
                    case "insert", "update_postimage" -> count(rows, row, 1);
                    default -> count(rows, row, -1);
                }
            }
            Map<Map<String, String>, Integer> expected = new HashMap<>();
            end.rows().forEach(row -> count(expected, row, 1));
            assertThat(rows).as(range).isEqualTo(expected);
        }

        /// No column goes, comes back or gets narrower inside the range.
        private boolean isTold(int first, int last) {
            for (int version = first; version <= last; version++) {
                Map<String, Column> before = versions.get(version - 1).columns();
                Map<String, Column> after = versions.get(version).columns();
                if (isBack(before, after, version)
                        || version > first && !after.keySet().containsAll(before.keySet())) {
                    return false;
                }
            }
            return true;
        }

        private boolean isBack(Map<String, Column> before, Map<String, Column> after, int version) {
            return after.entrySet().stream().anyMatch(column -> {
                Column old = before.get(column.getKey());
                return old != null && !old.fits(column.getValue())
                        || mapped
                                && old == null
                                && versions.subList(0, version).stream()
                                        .anyMatch(past -> past.columns().containsKey(column.getKey()));
            });
        }

        private static Map<String, String> within(Map<String, String> row, Version end) {
            return row.entrySet().stream()
                    .filter(cell -> end.columns().containsKey(cell.getKey()))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, _) -> a, TreeMap::new));
        }

        private static void count(Map<Map<String, String>, Integer> rows, Map<String, String> row, int more) {
            if (rows.merge(row, more, Integer::sum) == 0) {
                rows.remove(row);
            }
        }

        private List<JsonNode> pages(int first, int last) {
            var rows = new ArrayList<JsonNode>();
            String token = "";
            do {
                Call call = table.get("/changes")
                        .query("fromVersion", first)
                        .query("toVersion", last)
                        .query("limit", 1 + random.nextInt(25));
                JsonNode page = (token.isEmpty() ? call : call.query("pageToken", token))
                        .send()
                        .expect(200)
                        .json();
                page.path("rows").forEach(rows::add);
                token = page.path("nextPageToken").asString("");
            } while (!token.isEmpty());
            return rows;
        }
    }
}
