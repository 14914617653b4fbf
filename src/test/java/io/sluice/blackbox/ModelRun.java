package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A random table under random changes, next to a model in memory.
final class ModelRun {

    private final Random random;
    private final ModelRandom any;
    private final Table table;
    private final boolean partitioned;
    private final boolean feed;
    private final String what;
    private List<ModelRow> model = new ArrayList<>();
    private long version;

    ModelRun(RunningSluice sluice, long seed) {
        this.random = new Random(seed);
        this.any = new ModelRandom(random);
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
            assertThat(sorted(read())).as("%s, step %d: %s", what, step, done).isEqualTo(sorted(model));
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

    private static String json(List<ModelRow> rows) {
        return "[" + String.join(",", rows.stream().map(ModelRow::json).toList()) + "]";
    }

    private String append() {
        List<ModelRow> rows = any.rows(30);
        done(table.post().json(json(rows)));
        model.addAll(rows);
        return "append";
    }

    private String delete() {
        ModelRow.Condition condition = any.condition();
        long gone = model.stream().filter(condition::holds).count();
        JsonNode answer = done(table.sluice().delete(table.path() + "/rows").query("where", condition.sql()));
        assertThat(answer.path("deleted").asLong(-1)).as(what).isEqualTo(gone);
        model.removeIf(condition::holds);
        return "delete " + condition.sql();
    }

    private String update() {
        ModelRow.Condition condition = any.condition();
        boolean moves = random.nextBoolean();
        String p = any.partition();
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

    private static ModelRow moved(ModelRow row, String p) {
        return new ModelRow(row.id(), p, row.v() == null ? null : Integer.valueOf(row.v() + 1));
    }

    private static ModelRow added(ModelRow row) {
        Integer v = row.id() == null ? null : Integer.valueOf((row.v() == null ? 0 : row.v()) + (int) (row.id() % 7));
        return new ModelRow(row.id(), row.p(), v);
    }

    private String upsert() {
        SortedMap<Long, ModelRow> source = any.source();
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
        var matched = new TreeMap<Long, ModelRow>();
        model.stream()
                .filter(row -> row.id() != null && source.containsKey(row.id()))
                .forEach(row -> matched.put(Objects.requireNonNull(row.id()), row));
        model.removeAll(matched.values());
        long gone = 0;
        for (ModelRow row : source.values()) {
            ModelRow old = matched.get(Objects.requireNonNull(row.id()));
            if (deletes && row.v() != null && row.v() < 300) {
                gone += old == null ? 0 : 1;
            } else {
                model.add(new ModelRow(row.id(), named ? row.p() : old == null ? null : old.p(), row.v()));
            }
        }
        assertThat(answer.path("deleted").asLong(-1)).as(what).isEqualTo(gone);
        return "upsert " + json + (deletes ? " deleting" : "");
    }

    private String merge() {
        SortedMap<Long, ModelRow> source = any.source();
        ModelRow.Condition orphans = any.condition();
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
        var after = new ArrayList<ModelRow>();
        var inserted = new TreeMap<>(source);
        for (ModelRow row : model) {
            ModelRow match = row.id() == null ? null : source.get(row.id());
            if (match == null) {
                if (!orphans.holds(row)) {
                    after.add(row);
                } else if (!deletesOrphans) {
                    after.add(new ModelRow(row.id(), row.p(), -1));
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
                            : new ModelRow(row.id(), row.p(), row.v() + (match.v() == null ? 0 : match.v())));
        }
        inserted.values().removeIf(row -> row.p() == null);
        after.addAll(inserted.values());
        model = after;
        assertThat(answer.path("inserted").asLong(-1)).as(what).isEqualTo(inserted.size());
        return "merge " + source.values() + ", " + bySource;
    }

    private String overwrite() {
        List<ModelRow> rows = any.rows(60);
        done(table.post().query("mode", "overwrite").json(json(rows)));
        model = new ArrayList<>(rows);
        return "overwrite";
    }

    private String replaceWhere() {
        ModelRow.Condition condition = any.condition();
        List<ModelRow> rows = any.rows(20).stream().filter(condition::holds).toList();
        done(table.post()
                .query("mode", "overwrite")
                .query("replaceWhere", condition.sql())
                .json(json(rows)));
        model.removeIf(condition::holds);
        model.addAll(rows);
        return "replace where " + condition.sql();
    }

    private String overwritePartitions() {
        List<ModelRow> rows = any.rows(10);
        done(table.post().query("mode", "overwrite-partitions").json(json(rows)));
        model.removeIf(row -> rows.stream().anyMatch(fresh -> Objects.equals(fresh.p(), row.p())));
        model.addAll(rows);
        return "overwrite partitions";
    }

    /// What other clients must read.
    ObjectNode told() {
        ObjectNode told = Answer.JSON.createObjectNode();
        told.put("name", table.name()).put("path", table.directory().toString());
        ArrayNode columns = told.putArray("columns");
        columns.addObject().put("name", "id").put("type", "long");
        columns.addObject().put("name", "p").put("type", "string");
        columns.addObject().put("name", "v").put("type", "integer");
        told.set("features", table.show().path("protocol").path("writerFeatures"));
        ArrayNode rows = told.putArray("rows");
        model.forEach(row -> rows.add(Answer.JSON.readTree(row.json())));
        if (feed) {
            told.set("changes", changes());
        }
        return told;
    }

    private JsonNode done(Call call) {
        JsonNode answer = call.send().expect(200).json();
        long now = answer.path("version").asLong(-1);
        assertThat(now).as(what).isBetween(version, version + 1);
        version = now;
        return answer;
    }

    private List<ModelRow> read() {
        return table.rows().accept("application/x-ndjson").send().expect(200).lines().stream()
                .map(ModelRow::of)
                .toList();
    }

    /// The rows that all changes from the first version on lead to.
    private List<ModelRow> replayed() {
        var rows = new ArrayList<ModelRow>();
        JsonNode changes = changes();
        long commit = -1;
        var added = new ArrayList<ModelRow>();
        for (JsonNode change : changes) {
            if (change.path("_commit_version").asLong() != commit) {
                rows.addAll(added);
                added.clear();
                commit = change.path("_commit_version").asLong();
            }
            switch (change.path("_change_type").asString()) {
                case "insert", "update_postimage" -> added.add(ModelRow.of(change));
                default ->
                    assertThat(rows.remove(ModelRow.of(change)))
                            .as("%s: %s was there", what, change)
                            .isTrue();
            }
        }
        rows.addAll(added);
        return rows;
    }

    private JsonNode changes() {
        return table.get("/changes")
                .query("fromVersion", 0)
                .query("limit", 100_000)
                .send()
                .expect(200)
                .json()
                .path("rows");
    }

    private static List<String> sorted(List<ModelRow> rows) {
        return rows.stream().map(ModelRow::json).sorted().toList();
    }
}
