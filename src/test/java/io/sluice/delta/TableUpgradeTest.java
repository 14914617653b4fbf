package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Features that a table lists: those that its versions implied, and those that make others obey what it declares.
class TableUpgradeTest {

    private static final Action.Protocol LISTED =
            new Action.Protocol(3, 7, List.of("deletionVectors"), List.of("deletionVectors"));
    private static final Action.Protocol LEGACY = new Action.Protocol(1, 2, List.of(), List.of());

    private static Action.Protocol upgraded(
            Action.Protocol current, Map<String, String> properties, Column... columns) {
        return TableUpgrade.protocol(current, new Schema(List.of(columns)), properties, Set.of());
    }

    private static Column column(String key, Object value) {
        return new Column("id", DataType.Primitive.LONG, true, Map.of(key, value));
    }

    @Test
    void what_a_legacy_version_implies_is_listed_by_a_table_that_lists_its_features() {
        assertThat(upgraded(LISTED, Map.of("delta.appendOnly", "true")).writerFeatures())
                .containsExactly("appendOnly", "deletionVectors");
        assertThat(upgraded(LISTED, Map.of(), column("delta.invariants", "{}")).writerFeatures())
                .containsExactly("deletionVectors", "invariants");
        assertThat(upgraded(LISTED, Map.of("delta.constraints.c", "id > 0")).writerFeatures())
                .containsExactly("checkConstraints", "deletionVectors");
        assertThat(upgraded(LISTED, Map.of("delta.enableChangeDataFeed", "true"))
                        .writerFeatures())
                .containsExactly("changeDataFeed", "deletionVectors");
        assertThat(upgraded(LISTED, Map.of(), column("delta.generationExpression", "1"))
                        .writerFeatures())
                .containsExactly("deletionVectors", "generatedColumns");
        assertThat(upgraded(LISTED, Map.of(), column("delta.identity.start", 1L))
                        .writerFeatures())
                .containsExactly("deletionVectors", "identityColumns");
        assertThat(upgraded(LISTED, Map.of("delta.columnMapping.mode", "name")).readerFeatures())
                .containsExactly("columnMapping", "deletionVectors");
    }

    @Test
    void nothing_is_listed_that_nothing_asks_for() {
        assertThat(upgraded(LISTED, Map.of("delta.appendOnly", "false"))).isSameAs(LISTED);
        assertThat(upgraded(LEGACY, Map.of("delta.appendOnly", "true"), column("delta.invariants", "{}")))
                .isSameAs(LEGACY);
    }

    private static final Schema SCHEMA = new Schema(List.of(new Column("id", DataType.Primitive.LONG)));
    private static final String FEATURES_OF_4 =
            "appendOnly,changeDataFeed,checkConstraints,generatedColumns,inCommitTimestamp,invariants";

    private static Action.Protocol upgraded(int minReader, int minWriter, String property, String value) {
        return TableUpgrade.protocol(
                new Action.Protocol(minReader, minWriter, List.of(), List.of()),
                SCHEMA,
                Map.of(property, value),
                Set.of());
    }

    @ParameterizedTest
    @CsvSource({"1, 5, ''", "1, 6, identityColumns", "2, 5, columnMapping", "2, 6, 'columnMapping,identityColumns'"})
    void a_feature_of_readers_is_implied_where_readers_know_of_it(int minReader, int minWriter, String more) {
        Action.Protocol protocol = upgraded(minReader, minWriter, "delta.enableInCommitTimestamps", "true");

        assertThat(protocol.minReaderVersion()).isEqualTo(minReader);
        assertThat(protocol.readerFeatures()).isEmpty();
        assertThat(String.join(",", protocol.writerFeatures()).split(","))
                .containsExactlyInAnyOrder((FEATURES_OF_4 + (more.isEmpty() ? "" : "," + more)).split(","));
    }

    @ParameterizedTest
    @CsvSource({"1, deletionVectors", "2, 'columnMapping,deletionVectors'"})
    void what_stands_among_the_features_of_writers_stands_among_those_of_readers(int minReader, String readers) {
        Action.Protocol protocol = upgraded(minReader, 5, "delta.enableDeletionVectors", "true");

        assertThat(protocol.minReaderVersion()).isEqualTo(3);
        assertThat(protocol.readerFeatures()).containsExactly(readers.split(","));
        assertThat(protocol.writerFeatures()).contains(readers.split(","));
        assertThat(protocol.writerFeatures().contains("columnMapping")).isEqualTo(readers.contains("columnMapping"));
    }

    @Test
    void a_table_that_begins_to_map_its_columns_tells_its_readers() {
        assertThat(upgraded(1, 5, "delta.columnMapping.mode", "name"))
                .satisfies(protocol -> assertThat(protocol.minReaderVersion()).isEqualTo(2))
                .satisfies(protocol -> assertThat(protocol.writerFeatures()).contains("columnMapping"));
    }
}
