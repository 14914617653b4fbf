package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Random tables under random sequences of all changes, next to a model in memory: after each step the rows are the
/// model's, at the end the change feed leads from the first version to the last.
class ChangeModelTest {

    private static final int STEPS = Integer.getInteger("sluice.model.steps", 125);

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void rows_are_those_of_the_model(long seed) {
        new Run(sluice, seed).steps(STEPS);
    }

    /// A row: `id` is unique but for rows without one.
    private record Row(
            @Nullable Long id, @Nullable String p, @Nullable Integer v) {

        static Row of(JsonNode row) {
            JsonNode id = row.path("id");
            JsonNode p = row.path("p");
            JsonNode v = row.path("v");
            return new Row(
                    id.isNumber() ? id.asLong() : null,
                    p.isString() ? p.asString() : null,
                    v.isNumber() ? v.asInt() : null);
        }

        String json() {
            return "{\"id\":" + id + ",\"p\":" + (p == null ? null : "\"" + p + "\"") + ",\"v\":" + v + "}";
        }
    }

    private static final class Run {

        private final Random random;
        private final Table table;
        private final boolean partitioned;
        private final boolean feed;
        private final String what;
        private List<Row> model = new ArrayList<>();
        private long nextId;
        private long version;

        Run(RunningSluice sluice, long seed) {
            this.random = new Random(seed);
            this.partitioned = random.nextBoolean();
            this.feed = random.nextBoolean();
            var properties = new ArrayList<String>();
            properties.add("\"delta.enableDeletionVectors\":\"" + random.nextBoolean() + "\"");
            properties.add("\"delta.enableChangeDataFeed\":\"" + feed + "\"");
            if (random.nextBoolean()) {
                properties.add("\"delta.columnMapping.mode\":\"" + (random.nextBoolean() ? "name" : "id") + "\"");
            }
            String members = ",\"properties\":{" + String.join(",", properties) + "}"
                    + (partitioned ? ",\"partitionBy\":[\"p\"]" : "");
            this.what = "seed " + seed + members;
            this.table = Table.with(sluice, members, "id long", "p string", "v integer");
        }

        void steps(int count) {
            append();
            for (int step = 0; step < count; step++) {
                String done = step();
                assertThat(sorted(read()))
                        .as("%s, step %d: %s", what, step, done)
                        .isEqualTo(sorted(model));
            }
            if (feed) {
                assertThat(sorted(replayed())).as("the change feed of %s", what).isEqualTo(sorted(model));
            }
        }

        private String step() {
            return switch (random.nextInt(11)) {
                case 0, 1 -> append();
                case 2, 3 -> delete();
                case 4, 5 -> update();
                case 6, 7 -> upsert();
                case 8 -> merge();
                case 9 -> random.nextInt(4) == 0 ? overwrite() : replaceWhere();
                default -> partitioned ? overwritePartitions() : delete();
            };
        }

        /// A condition and what it says of a row; null where SQL's is.
        private record Condition(String sql, java.util.function.Function<Row, @Nullable Boolean> test) {
            boolean holds(Row row) {
                return Boolean.TRUE.equals(test.apply(row));
            }
        }

        private Condition condition() {
            int bound = random.nextInt(1000);
            String p = partition();
            long low = random.nextLong(nextId + 1);
            long high = low + random.nextInt(40);
            return switch (random.nextInt(6)) {
                case 0 -> new Condition("v < " + bound / 8, row -> row.v() == null ? null : row.v() < bound / 8);
                case 1 ->
                    new Condition(
                            "id BETWEEN " + low + " AND " + high,
                            row -> row.id() == null ? null : row.id() >= low && row.id() <= high);
                case 2 ->
                    new Condition(
                            "p = '" + p + "' AND v % 3 = 1",
                            row -> row.p() == null || row.v() == null
                                    ? null
                                    : row.p().equals(p) && row.v() % 3 == 1);
                case 3 ->
                    new Condition(
                            "NOT (v > " + bound / 8 + ") AND id % 5 <> 2",
                            row -> row.v() == null || row.id() == null
                                    ? null
                                    : row.v() <= bound / 8 && row.id() % 5 != 2);
                case 4 ->
                    new Condition("p IS NULL OR id = " + low, row -> row.p() == null || Objects.equals(row.id(), low));
                default ->
                    random.nextInt(10) == 0
                            ? new Condition("true", _ -> true)
                            : new Condition(
                                    "p = '" + p + "'",
                                    row -> row.p() == null ? null : row.p().equals(p));
            };
        }

        private String partition() {
            return "p" + random.nextInt(3);
        }

        private List<Row> rows(int most) {
            var rows = new ArrayList<Row>();
            int count = 1 + random.nextInt(most);
            for (int i = 0; i < count; i++) {
                Long id = random.nextInt(12) == 0 ? null : Long.valueOf(nextId++);
                rows.add(new Row(id, random.nextInt(8) == 0 ? null : partition(), value()));
            }
            return rows;
        }

        private @Nullable Integer value() {
            return random.nextInt(8) == 0 ? null : Integer.valueOf(random.nextInt(1000));
        }

        private static String json(List<Row> rows) {
            return "[" + String.join(",", rows.stream().map(Row::json).toList()) + "]";
        }

        private String append() {
            List<Row> rows = rows(30);
            done(table.post().json(json(rows)));
            model.addAll(rows);
            return "append";
        }

        private String delete() {
            Condition condition = condition();
            long gone = model.stream().filter(condition::holds).count();
            JsonNode answer = done(table.sluice().delete(table.path() + "/rows").query("where", condition.sql()));
            assertThat(answer.path("deleted").asLong(-1)).as(what).isEqualTo(gone);
            model.removeIf(condition::holds);
            return "delete " + condition.sql();
        }

        private String update() {
            Condition condition = condition();
            boolean moves = random.nextBoolean();
            String p = partition();
            String set = moves
                    ? "{\"p\":\"" + p + "\",\"v\":{\"sql\":\"v + 1\"}}"
                    : "{\"v\":{\"sql\":\"coalesce(v, 0) + id % 7\"}}";
            long touched = model.stream().filter(condition::holds).count();
            JsonNode answer = done(table.sluice()
                    .call("PATCH", table.path() + "/rows")
                    .json("{\"where\":\"" + condition.sql() + "\",\"set\":" + set + "}"));
            assertThat(answer.path("updated").asLong(-1)).as(what).isEqualTo(touched);
            model.replaceAll(row -> condition.holds(row) ? moves ? moved(row, p) : added(row) : row);
            return "update " + condition.sql() + " set " + set;
        }

        private static Row moved(Row row, String p) {
            return new Row(row.id(), p, row.v() == null ? null : Integer.valueOf(row.v() + 1));
        }

        private static Row added(Row row) {
            Integer v =
                    row.id() == null ? null : Integer.valueOf((row.v() == null ? 0 : row.v()) + (int) (row.id() % 7));
            return new Row(row.id(), row.p(), v);
        }

        /// Rows of which about half have a known id; no id twice.
        private SortedMap<Long, Row> source() {
            var rows = new TreeMap<Long, Row>();
            int count = 1 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                Long id = random.nextBoolean() && nextId > 0
                        ? Long.valueOf(random.nextLong(nextId))
                        : Long.valueOf(nextId++);
                rows.put(id, new Row(id, random.nextInt(8) == 0 ? null : partition(), value()));
            }
            return rows;
        }

        private String upsert() {
            SortedMap<Long, Row> source = source();
            boolean named = random.nextBoolean();
            boolean deletes = random.nextInt(3) == 0;
            var json = new ArrayList<String>();
            source.values()
                    .forEach(row -> json.add(named ? row.json() : "{\"id\":" + row.id() + ",\"v\":" + row.v() + "}"));
            Call call = table.sluice()
                    .post(table.path() + "/upsert")
                    .query("key", "id")
                    .json("[" + String.join(",", json) + "]");
            JsonNode answer = done(deletes ? call.query("deleteWhen", "v < 300") : call);
            var matched = new TreeMap<Long, Row>();
            model.stream()
                    .filter(row -> row.id() != null && source.containsKey(row.id()))
                    .forEach(row -> matched.put(Objects.requireNonNull(row.id()), row));
            model.removeAll(matched.values());
            long gone = 0;
            for (Row row : source.values()) {
                Row old = matched.get(Objects.requireNonNull(row.id()));
                if (deletes && row.v() != null && row.v() < 300) {
                    gone += old == null ? 0 : 1;
                } else {
                    model.add(new Row(row.id(), named ? row.p() : old == null ? null : old.p(), row.v()));
                }
            }
            assertThat(answer.path("deleted").asLong(-1)).as(what).isEqualTo(gone);
            return "upsert " + json + (deletes ? " deleting" : "");
        }

        private String merge() {
            SortedMap<Long, Row> source = source();
            Condition orphans = condition();
            String targets = orphans.sql().replaceAll("\\b(id|p|v)\\b", "target.$1");
            boolean deletesOrphans = random.nextBoolean();
            String bySource =
                    "{\"if\":\"" + targets + "\"," + (deletesOrphans ? "\"delete\":true}" : "\"update\":{\"v\":-1}}");
            JsonNode answer = done(table.sluice()
                    .post(table.path() + "/merge")
                    .json("{\"source\":{\"rows\":" + json(List.copyOf(source.values()))
                            + "},\"on\":\"target.id = source.id\",\"whenMatched\":[{\"if\":\"source.v > 500\",\"delete\":true},"
                            + "{\"if\":\"target.v IS NOT NULL\",\"update\":{\"v\":{\"sql\":\"target.v + coalesce(source.v, 0)\"}}}],"
                            + "\"whenNotMatched\":[{\"if\":\"source.p IS NOT NULL\",\"insert\":\"all\"}],"
                            + "\"whenNotMatchedBySource\":[" + bySource + "]}"));
            var after = new ArrayList<Row>();
            var inserted = new TreeMap<>(source);
            for (Row row : model) {
                Row match = row.id() == null ? null : source.get(row.id());
                if (match == null) {
                    if (!orphans.holds(row)) {
                        after.add(row);
                    } else if (!deletesOrphans) {
                        after.add(new Row(row.id(), row.p(), -1));
                    }
                    continue;
                }
                inserted.remove(row.id());
                if (match.v() != null && match.v() > 500) {
                    continue;
                }
                after.add(
                        row.v() == null
                                ? row
                                : new Row(row.id(), row.p(), row.v() + (match.v() == null ? 0 : match.v())));
            }
            inserted.values().removeIf(row -> row.p() == null);
            after.addAll(inserted.values());
            model = after;
            assertThat(answer.path("inserted").asLong(-1)).as(what).isEqualTo(inserted.size());
            return "merge " + source.values() + ", " + bySource;
        }

        private String overwrite() {
            List<Row> rows = rows(60);
            done(table.post().query("mode", "overwrite").json(json(rows)));
            model = new ArrayList<>(rows);
            return "overwrite";
        }

        private String replaceWhere() {
            Condition condition = condition();
            List<Row> rows = rows(20).stream().filter(condition::holds).toList();
            done(table.post()
                    .query("mode", "overwrite")
                    .query("replaceWhere", condition.sql())
                    .json(json(rows)));
            model.removeIf(condition::holds);
            model.addAll(rows);
            return "replace where " + condition.sql();
        }

        private String overwritePartitions() {
            List<Row> rows = rows(10);
            done(table.post().query("mode", "overwrite-partitions").json(json(rows)));
            model.removeIf(row -> rows.stream().anyMatch(fresh -> Objects.equals(fresh.p(), row.p())));
            model.addAll(rows);
            return "overwrite partitions";
        }

        private JsonNode done(Call call) {
            JsonNode answer = call.send().expect(200).json();
            long now = answer.path("version").asLong(-1);
            assertThat(now).as(what).isBetween(version, version + 1);
            version = now;
            return answer;
        }

        private List<Row> read() {
            return table.rows().accept("application/x-ndjson").send().expect(200).lines().stream()
                    .map(Row::of)
                    .toList();
        }

        /// The rows that all changes from the first version on lead to.
        private List<Row> replayed() {
            var rows = new ArrayList<Row>();
            JsonNode changes = table.get("/changes")
                    .query("fromVersion", 0)
                    .query("limit", 100_000)
                    .send()
                    .expect(200)
                    .json()
                    .path("rows");
            long commit = -1;
            var added = new ArrayList<Row>();
            for (JsonNode change : changes) {
                if (change.path("_commit_version").asLong() != commit) {
                    rows.addAll(added);
                    added.clear();
                    commit = change.path("_commit_version").asLong();
                }
                switch (change.path("_change_type").asString()) {
                    case "insert", "update_postimage" -> added.add(Row.of(change));
                    default ->
                        assertThat(rows.remove(Row.of(change)))
                                .as("%s: %s was there", what, change)
                                .isTrue();
                }
            }
            rows.addAll(added);
            return rows;
        }

        private static List<String> sorted(List<Row> rows) {
            return rows.stream().map(Row::json).sorted().toList();
        }
    }
}
