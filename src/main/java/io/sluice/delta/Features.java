package io.sluice.delta;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What of the Delta protocol is understood here (Delta protocol, "Table Features" and "Valid Feature Names in Table
/// Features").
public final class Features {

    private static final int READER_WITH_FEATURES = 3;
    private static final int WRITER_WITH_FEATURES = 7;

    private static final Set<String> READABLE = Set.of(
            "columnMapping",
            "deletionVectors",
            "timestampNtz",
            "typeWidening",
            "typeWidening-preview",
            "v2Checkpoint",
            "vacuumProtocolCheck",
            "variantType",
            "variantType-preview",
            "variantShredding",
            "variantShredding-preview");

    /// Features whose demands on an append are met whatever the table uses of them. Of those with expressions
    /// whoever brings the rows keeps the rules, and refuses an expression that cannot be computed.
    private static final Set<String> APPENDABLE = Set.of(
            "allowColumnDefaults",
            "appendOnly",
            "changeDataFeed",
            "checkConstraints",
            "checkpointProtection",
            "clustering",
            "clustering-preview",
            "columnMapping",
            "deletionVectors",
            "domainMetadata",
            "generatedColumns",
            "identityColumns",
            "inCommitTimestamp",
            "inCommitTimestamp-preview",
            "invariants",
            "rowTracking",
            "timestampNtz",
            "typeWidening",
            "typeWidening-preview",
            "v2Checkpoint",
            "vacuumProtocolCheck");

    private Features() {}

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` naming what a reader would have to
    ///     know
    public static void requireReadable(Action.Protocol protocol) {
        int version = protocol.minReaderVersion();
        if (version < 1 || version > READER_WITH_FEATURES) {
            throw new Failure.UnsupportedTableFeature(
                            List.of("minReaderVersion " + version), "reader versions 1 to 3 are understood")
                    .asException();
        }
        if (version == READER_WITH_FEATURES) {
            List<String> unknown = protocol.readerFeatures().stream()
                    .filter(feature -> !READABLE.contains(feature))
                    .sorted()
                    .toList();
            if (!unknown.isEmpty()) {
                throw new Failure.UnsupportedTableFeature(unknown, "the table cannot be read without them")
                        .asException();
            }
        }
    }

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` naming what an append would have to
    ///     obey and cannot
    public static void requireAppendable(TableSnapshot snapshot) {
        requireAppendable(snapshot.protocol(), snapshot.metadata());
    }

    /// @throws io.sluice.table.FailureException `unsupported-table-feature` naming what a change of the table's
    ///     definition would have to obey and cannot
    public static void requireAlterable(TableSnapshot snapshot) {
        Action.Protocol protocol = snapshot.protocol();
        requireReadable(protocol);
        if (protocol.minWriterVersion() < 1 || protocol.minWriterVersion() > WRITER_WITH_FEATURES) {
            throw new Failure.UnsupportedTableFeature(
                            List.of("minWriterVersion " + protocol.minWriterVersion()),
                            "writer versions 1 to 7 are understood")
                    .asException();
        }
        List<String> refused = writerFeatures(protocol).stream()
                .filter(feature -> !APPENDABLE.contains(feature) && !READABLE.contains(feature))
                .sorted()
                .toList();
        if (!refused.isEmpty()) {
            throw new Failure.UnsupportedTableFeature(refused, "a table that uses them cannot be changed here")
                    .asException();
        }
    }

    /// The same, for a protocol and metadata that are about to be written.
    public static void requireAppendable(Action.Protocol protocol, Action.Metadata metadata) {
        requireReadable(protocol);
        if (protocol.minWriterVersion() < 1 || protocol.minWriterVersion() > WRITER_WITH_FEATURES) {
            throw new Failure.UnsupportedTableFeature(
                            List.of("minWriterVersion " + protocol.minWriterVersion()),
                            "writer versions 1 to 7 are understood")
                    .asException();
        }
        List<String> refused = writerFeatures(protocol).stream()
                .filter(feature -> !isAppendable(feature, metadata))
                .sorted()
                .toList();
        if (!refused.isEmpty()) {
            throw new Failure.UnsupportedTableFeature(refused, "rows cannot be appended to a table that uses them")
                    .asException();
        }
    }

    /// The features that a writer must obey: those listed, or those that a legacy writer version implies.
    public static Set<String> writerFeatures(Action.Protocol protocol) {
        if (protocol.minWriterVersion() >= WRITER_WITH_FEATURES) {
            return new LinkedHashSet<>(protocol.writerFeatures());
        }
        Set<String> implied = new LinkedHashSet<>();
        addFrom(implied, protocol, 2, "appendOnly", "invariants");
        addFrom(implied, protocol, 3, "checkConstraints");
        addFrom(implied, protocol, 4, "changeDataFeed", "generatedColumns");
        if (protocol.minReaderVersion() >= 2) {
            // A feature of readers too: a table that any reader may read does not have it.
            addFrom(implied, protocol, 5, "columnMapping");
        }
        addFrom(implied, protocol, 6, "identityColumns");
        return implied;
    }

    private static void addFrom(Set<String> implied, Action.Protocol protocol, int version, String... features) {
        if (protocol.minWriterVersion() >= version) {
            implied.addAll(List.of(features));
        }
    }

    private static boolean isAppendable(String feature, Action.Metadata metadata) {
        Schema schema = metadata.schema();
        return switch (feature) {
            case "variantType", "variantType-preview", "variantShredding", "variantShredding-preview" ->
                !holdsVariantWithin(schema);
            default -> APPENDABLE.contains(feature);
        };
    }

    /// Whether a variant lies within another column: DuckDB would write it shredded.
    private static boolean holdsVariantWithin(Schema schema) {
        List<Column> others = schema.columns().stream()
                .filter(column -> column.type() != DataType.Primitive.VARIANT)
                .toList();
        return anyColumn(new Schema(others), column -> column.type() == DataType.Primitive.VARIANT);
    }

    /// Whether a column at any depth, or an element, key or value wrapped as a column, fulfils the condition.
    private static boolean anyColumn(Schema schema, Predicate<Column> condition) {
        List<Column> columns = new ArrayList<>();
        schema.columns().forEach(column -> collect(column, columns));
        return columns.stream().anyMatch(condition);
    }

    private static void collect(Column column, List<Column> columns) {
        columns.add(column);
        switch (column.type()) {
            case DataType.Primitive _, DataType.Decimal _ -> {}
            case DataType.Array array -> collect(new Column("element", array.element()), columns);
            case DataType.Map map -> {
                collect(new Column("key", map.key()), columns);
                collect(new Column("value", map.value()), columns);
            }
            case DataType.Struct struct -> struct.fields().forEach(field -> collect(field, columns));
        }
    }
}
