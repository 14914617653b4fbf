package io.sluice.delta;

import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// A column whose values the table hands out: `start + k * step`, beyond its high-water mark, never the same twice
/// (Delta protocol, "Identity Columns").
///
/// @param index place among the table's columns
/// @param mark the last value that was handed out; empty before the first
public record IdentityColumn(int index, String name, long start, long step, OptionalLong mark) {

    private static final String START = "delta.identity.start";
    private static final String STEP = "delta.identity.step";
    private static final String MARK = "delta.identity.highWaterMark";

    /// Those of a table, in table order.
    public static List<IdentityColumn> of(Schema schema) {
        var identities = new ArrayList<IdentityColumn>();
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            Map<String, Object> metadata = column.metadata();
            if (metadata.get(START) instanceof Number start && metadata.get(STEP) instanceof Number step) {
                OptionalLong mark = metadata.get(MARK) instanceof Number last
                        ? OptionalLong.of(last.longValue())
                        : OptionalLong.empty();
                identities.add(new IdentityColumn(i, column.name(), start.longValue(), step.longValue(), mark));
            }
        }
        return List.copyOf(identities);
    }

    /// The value after so many others have been handed out beyond the mark.
    ///
    /// @throws io.sluice.table.FailureException `unsupported-table-feature` when a long has no more of them
    public long value(long others) {
        try {
            return Math.addExact(start, Math.multiplyExact(step, Math.addExact(taken(), others)));
        } catch (ArithmeticException e) {
            throw new Failure.UnsupportedTableFeature(
                            List.of("identityColumns"), "the values of the identity column " + name + " are used up")
                    .asException(e);
        }
    }

    /// How many steps from the start are behind the mark, one that no step leads to included.
    private long taken() {
        if (mark.isEmpty()) {
            return 0;
        }
        long distance = Math.subtractExact(mark.getAsLong(), start);
        return Math.max(0, Math.addExact(Math.floorDiv(distance, step), 1));
    }

    /// The values one after the other, after so many others.
    public LongSupplier values(long others) {
        return new LongSupplier() {
            private long next = others;

            @Override
            public long getAsLong() {
                return value(next++);
            }
        };
    }

    /// Metadata with the marks that another schema of the table has, which others may have moved since.
    public static Action.Metadata marked(Action.Metadata metadata, Schema current) {
        var columns = new ArrayList<>(metadata.schema().columns());
        for (IdentityColumn identity : of(metadata.schema())) {
            Column column = columns.get(identity.index());
            Map<String, Object> moved = new LinkedHashMap<>(column.metadata());
            current.find(column.name())
                    .map(known -> known.metadata().get(MARK))
                    .ifPresent(mark -> moved.put(MARK, mark));
            columns.set(identity.index(), new Column(column.name(), column.type(), column.nullable(), moved));
        }
        return with(metadata, columns);
    }

    /// Metadata with the marks moved.
    ///
    /// @param counts how many values were handed out, by the columns' places
    public static Action.Metadata advanced(Action.Metadata metadata, Map<Integer, Long> counts) {
        var columns = new ArrayList<>(metadata.schema().columns());
        for (IdentityColumn identity : of(metadata.schema())) {
            long count = counts.getOrDefault(identity.index(), 0L);
            if (count > 0) {
                Column column = columns.get(identity.index());
                Map<String, Object> moved = new LinkedHashMap<>(column.metadata());
                moved.put(MARK, identity.value(count - 1));
                columns.set(identity.index(), new Column(column.name(), column.type(), column.nullable(), moved));
            }
        }
        return with(metadata, columns);
    }

    private static Action.Metadata with(Action.Metadata metadata, List<Column> columns) {
        return new Action.Metadata(
                metadata.id(),
                metadata.name(),
                metadata.description(),
                new Schema(columns),
                metadata.partitionColumns(),
                metadata.configuration(),
                metadata.createdTime());
    }
}
