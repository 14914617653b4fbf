package io.sluice.blackbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Random rows and conditions over them.
final class ModelRandom {

    private final Random random;
    private long nextId;

    ModelRandom(Random random) {
        this.random = random;
    }

    ModelRow.Condition condition() {
        int bound = random.nextInt(1000);
        String p = partition();
        long low = random.nextLong(nextId + 1);
        long high = low + random.nextInt(40);
        return switch (random.nextInt(6)) {
            case 0 -> new ModelRow.Condition("v < " + bound / 8, row -> row.v() == null ? null : row.v() < bound / 8);
            case 1 ->
                new ModelRow.Condition(
                        "id BETWEEN " + low + " AND " + high,
                        row -> row.id() == null ? null : row.id() >= low && row.id() <= high);
            case 2 ->
                new ModelRow.Condition(
                        "p = '" + p + "' AND v % 3 = 1",
                        row -> row.p() == null || row.v() == null
                                ? null
                                : row.p().equals(p) && row.v() % 3 == 1);
            case 3 ->
                new ModelRow.Condition(
                        "NOT (v > " + bound / 8 + ") AND id % 5 <> 2",
                        row -> row.v() == null || row.id() == null ? null : row.v() <= bound / 8 && row.id() % 5 != 2);
            case 4 ->
                new ModelRow.Condition(
                        "p IS NULL OR id = " + low, row -> row.p() == null || Objects.equals(row.id(), low));
            default ->
                random.nextInt(10) == 0
                        ? new ModelRow.Condition("true", _ -> true)
                        : new ModelRow.Condition(
                                "p = '" + p + "'",
                                row -> row.p() == null ? null : row.p().equals(p));
        };
    }

    String partition() {
        return "p" + random.nextInt(3);
    }

    List<ModelRow> rows(int most) {
        var rows = new ArrayList<ModelRow>();
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            Long id = random.nextInt(12) == 0 ? null : Long.valueOf(nextId++);
            rows.add(new ModelRow(id, random.nextInt(8) == 0 ? null : partition(), value()));
        }
        return rows;
    }

    @Nullable
    Integer value() {
        return random.nextInt(8) == 0 ? null : Integer.valueOf(random.nextInt(1000));
    }

    /// Rows of which about half have a known id; no id twice.
    SortedMap<Long, ModelRow> source() {
        var rows = new TreeMap<Long, ModelRow>();
        int count = 1 + random.nextInt(12);
        for (int i = 0; i < count; i++) {
            Long id =
                    random.nextBoolean() && nextId > 0 ? Long.valueOf(random.nextLong(nextId)) : Long.valueOf(nextId++);
            rows.put(id, new ModelRow(id, random.nextInt(8) == 0 ? null : partition(), value()));
        }
        return rows;
    }
}
