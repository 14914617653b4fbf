package io.sluice.delta.create;

import io.sluice.delta.Action;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The features of a new table, and the lowest protocol versions that can name them (Delta protocol, "Table
/// Features").
public final class FeatureSet {

    private static final Set<String> FOR_READERS = Set.of(
            "columnMapping",
            "deletionVectors",
            "timestampNtz",
            "typeWidening",
            "v2Checkpoint",
            "vacuumProtocolCheck",
            "variantType");
    private static final Set<String> FOR_WRITERS = Set.of(
            "allowColumnDefaults",
            "appendOnly",
            "changeDataFeed",
            "checkConstraints",
            "clustering",
            "domainMetadata",
            "generatedColumns",
            "identityColumns",
            "inCommitTimestamp",
            "invariants",
            "rowTracking");

    /// What writer version 2, the lowest that is written, has anyway.
    private static final Set<String> BASE = Set.of("appendOnly", "invariants");

    private static final Map<String, String> BY_PROPERTY = Map.of(
            "delta.appendOnly", "appendOnly",
            "delta.enableDeletionVectors", "deletionVectors",
            "delta.enableChangeDataFeed", "changeDataFeed",
            "delta.enableInCommitTimestamps", "inCommitTimestamp",
            "delta.enableRowTracking", "rowTracking",
            "delta.enableTypeWidening", "typeWidening");
    private static final Map<String, String> BY_COLUMN_METADATA = Map.of(
            "delta.invariants", "invariants",
            "delta.generationExpression", "generatedColumns",
            "delta.identity.start", "identityColumns",
            "CURRENT_DEFAULT", "allowColumnDefaults");

    /// Without those that a new table has anyway.
    private final Set<String> asked = new TreeSet<>();

    private FeatureSet() {}

    static boolean isKnown(String feature) {
        return FOR_READERS.contains(feature) || FOR_WRITERS.contains(feature);
    }

    /// What the schema's types and the properties ask for.
    public static FeatureSet of(Schema schema, TableProperties properties) {
        FeatureSet set = new FeatureSet();
        schema.columns().forEach(set::column);
        properties.features().forEach(set::add);
        BY_PROPERTY.forEach((property, feature) -> {
            if (properties.isTrue(property)) {
                set.add(feature);
            }
        });
        if (properties.hasColumnMapping()) {
            set.add("columnMapping");
        }
        if (properties.hasConstraints()) {
            set.add("checkConstraints");
        }
        if ("v2".equals(properties.configuration().get("delta.checkpointPolicy"))) {
            set.add("v2Checkpoint");
        }
        return set;
    }

    public void add(String feature) {
        asked.add(feature);
        if (feature.equals("rowTracking") || feature.equals("clustering")) {
            asked.add("domainMetadata");
        }
    }

    /// Legacy versions where they say it all, for the sake of old readers.
    public Action.Protocol protocol() {
        Set<String> features = new TreeSet<>(BASE);
        features.addAll(asked);
        List<String> reader =
                features.stream().filter(FOR_READERS::contains).sorted().toList();
        if (reader.isEmpty() && features.equals(BASE)) {
            return new Action.Protocol(1, 2, List.of(), List.of());
        }
        List<String> writer = new ArrayList<>(features);
        if (reader.isEmpty()) {
            return new Action.Protocol(1, 7, List.of(), writer);
        }
        return reader.equals(List.of("columnMapping"))
                ? new Action.Protocol(2, 7, List.of(), writer)
                : new Action.Protocol(3, 7, reader, writer);
    }

    /// The protocol that has these features too; the same object when it has them already.
    ///
    /// A table that begins to list its features lists those that its versions implied (Delta protocol, "Table
    /// Features"). One that lists them has no other: a property binds nobody whose feature is not among them.
    ///
    /// @param implied the features that a writer of the table must obey now
    public Action.Protocol upgraded(Action.Protocol current, Set<String> implied) {
        Set<String> reader = new TreeSet<>(current.readerFeatures());
        if (current.minReaderVersion() == 2) {
            reader.add("columnMapping");
        }
        Set<String> wantedByReaders = new TreeSet<>(asked);
        wantedByReaders.retainAll(FOR_READERS);
        if (implied.containsAll(asked) && reader.containsAll(wantedByReaders)) {
            return current;
        }
        reader.addAll(wantedByReaders);
        Set<String> writer = new TreeSet<>(implied);
        writer.addAll(asked);
        int version = reader.isEmpty() ? 1 : reader.equals(Set.of("columnMapping")) ? 2 : 3;
        int minReader = Math.max(version, current.minReaderVersion());
        return new Action.Protocol(minReader, 7, minReader == 3 ? List.copyOf(reader) : List.of(), List.copyOf(writer));
    }

    private void column(Column column) {
        BY_COLUMN_METADATA.forEach((key, feature) -> {
            if (column.metadata().containsKey(key)) {
                add(feature);
            }
        });
        type(column.type());
    }

    private void type(DataType type) {
        switch (type) {
            case DataType.Primitive primitive -> {
                if (primitive == DataType.Primitive.TIMESTAMP_NTZ) {
                    add("timestampNtz");
                } else if (primitive == DataType.Primitive.VARIANT) {
                    add("variantType");
                }
            }
            case DataType.Decimal _ -> {}
            case DataType.Array array -> type(array.element());
            case DataType.Map map -> {
                type(map.key());
                type(map.value());
            }
            case DataType.Struct struct -> struct.fields().forEach(this::column);
        }
    }
}
