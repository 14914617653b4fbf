package io.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.catalog.convert.Conversion;
import io.sluice.catalog.definition.TableRules;
import io.sluice.commit.TestTables;
import io.sluice.compute.DuckDb;
import io.sluice.compute.RuleProbe;
import io.sluice.compute.parquet.ParquetFooters;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.DataFileCache;
import io.sluice.storage.StorageProperties;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class TableCreationTest {

    private TestTables tables;
    private Catalog catalog;
    private TableCreation creation;
    private DuckDb duckDb;
    private DataFileCache cache;

    @BeforeEach
    void root(@TempDir Path root) {
        tables = new TestTables(root);
        catalog = new Catalog(tables.storages(), new Snapshots(tables.storages(), Clock.systemUTC()));
        duckDb = new DuckDb(new DuckDb.Settings(List.of(root), root.resolve("spill"), 64L << 20, 1, 1));
        cache = new DataFileCache(tables.storages(), StorageProperties.ofRoot(root.toString()));
        creation = new TableCreation(
                catalog,
                tables.storages(),
                tables.process().commits(),
                new TableRules(new RuleProbe(duckDb), Clock.systemUTC()),
                new Conversion(tables.storages(), cache, new ParquetFooters(duckDb)),
                20);
    }

    @AfterEach
    void close() throws Exception {
        cache.close();
        duckDb.close();
    }

    private TableView create(String json) {
        TableName name = creation.create(JsonMapper.shared().readValue(json.replace('\'', '"'), CreateTable.class));
        TableSnapshot snapshot = catalog.snapshot(name, AsOf.latest());
        return TableView.of(name, snapshot, Restriction.NONE);
    }

    private Failure refused(String json) {
        return catchThrowableOfType(FailureException.class, () -> create(json)).failure();
    }

    private Failure refusedColumns(String columns, String rest) {
        return refused("{'name':'s.t','columns':[" + columns + "]" + rest + "}");
    }

    @Test
    void a_table_is_as_it_was_asked_for() {
        TableView table = create("""
                {'name':'sales.orders','comment':'what was sold',
                 'columns':[{'name':'id','type':'long','nullable':false,'comment':'of the order'},
                            {'name':'day','type':'date'},
                            {'name':'items','type':'array<struct<sku:string,price:decimal(10,2)>>'},
                            {'name':'tags','type':{'type':'map','keyType':'string','valueType':'string','valueContainsNull':true}}],
                 'partitionBy':['DAY'],
                 'properties':{'delta.logRetentionDuration':'interval 7 days'}}
                """);
        assertThat(table.name()).isEqualTo("sales.orders");
        assertThat(table.version()).isZero();
        assertThat(table.comment()).isEqualTo("what was sold");
        assertThat(table.partitionBy()).containsExactly("day");
        assertThat(table.properties()).containsEntry("delta.logRetentionDuration", "interval 7 days");
        assertThat(table.columns())
                .extracting(TableView.ColumnView::type)
                .containsExactly("long", "date", "array<struct<sku:string,price:decimal(10,2)>>", "map<string,string>");
        assertThat(table.columns().getFirst().nullable()).isFalse();
        assertThat(table.columns().getFirst().comment()).isEqualTo("of the order");
        assertThat(table.statistics()).isEqualTo(new TableView.StatisticsView(0L, 0, 0, 0, 0));
    }

    @Test
    void clustering_columns_are_told_by_their_logical_names() {
        TableView table = create("""
                {'name':'s.t','columns':[{'name':'a','type':'long'},{'name':'b','type':'struct<c:integer,d:string>'}],
                 'clusterBy':['a','B.C'],'properties':{'delta.columnMapping.mode':'name'}}
                """);
        assertThat(table.clusterBy()).containsExactly("a", "b.c");
        assertThat(table.protocol().writerFeatures()).contains("clustering", "domainMetadata", "columnMapping");
    }

    @Test
    void with_column_mapping_a_column_may_have_any_name() {
        TableView table = create(
                "{'name':'s.t','columns':[{'name':'a b, (c)','type':'long'}],'properties':{'delta.columnMapping.mode':'name'}}");
        assertThat(table.columns().getFirst().name()).isEqualTo("a b, (c)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{'name':'a','type':'long'},{'name':'A','type':'string'}",
                "{'name':'','type':'long'}",
                "{'name':'a b','type':'long'}",
                "{'name':'a','type':'struct<`x,y`:long>'}",
                "{'name':'a','type':'struct<x:long,X:long>'}",
                "{'name':'a','type':'int4'}",
                "{'name':'a','type':'decimal(39,2)'}",
                "{'name':'a','type':'void'}",
                "{'name':'a','type':{'type':'struct','fields':[]}}"
            })
    void columns_that_some_reader_cannot_take_are_an_invalid_schema(String columns) {
        assertThat(refusedColumns(columns, "")).isInstanceOf(Failure.InvalidSchema.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'partitionBy':['nope']",
                "'partitionBy':['a','b','s','v']",
                "'partitionBy':['a','A']",
                "'partitionBy':['s']",
                "'partitionBy':['s.x']",
                "'partitionBy':['v']",
                "'clusterBy':['nope']",
                "'clusterBy':['s']",
                "'clusterBy':['s.y']",
                "'clusterBy':['a'],'partitionBy':['b']",
                "'clusterBy':['a','b','s.x','b','a']",
                "'properties':{'delta.noSuchProperty':'1'}",
                "'properties':{'delta.checkpointInterval':'often'}"
            })
    void a_layout_that_cannot_be_is_an_invalid_schema(String layout) {
        String columns = """
                {'name':'a','type':'long'},{'name':'b','type':'string'},{'name':'s','type':'struct<x:long>'},{'name':'v','type':'binary'}
                """;
        assertThat(refusedColumns(columns, "," + layout)).isInstanceOf(Failure.InvalidSchema.class);
    }

    @Test
    void too_many_columns_are_too_large() {
        String columns = "{'name':'a','type':'struct<"
                + "x%d:long,"
                        .repeat(20)
                        .formatted(
                                java.util.stream.IntStream.range(0, 20).boxed().toArray())
                + "y:long>'}";
        assertThat(refusedColumns(columns, "")).isInstanceOf(Failure.TooLarge.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'name':'a','type':'long','default':'1'}||allowColumnDefaults",
                "{'name':'a','type':'long','generatedAs':'b+1'}||generatedColumns",
                "{'name':'a','type':'long','identity':{'always':true}}||identityColumns",
                "{'name':'a','type':'long'}|,'constraints':{'c':'a > 1'}|checkConstraints"
            })
    void rules_for_rows_are_named_in_the_protocol(String columns, String rest, String feature) {
        TableView table = create("{'name':'t','columns':[{'name':'b','type':'long'}," + columns + "]"
                + (rest == null ? "" : rest) + "}");
        assertThat(table.protocol().writerFeatures()).contains(feature);
    }

    @Test
    void a_name_that_is_taken_is_taken_for_both_kinds() {
        tables.create();
        String managed = "{'name':'t','columns':[{'name':'a','type':'long'}]}";
        assertThat(refused(managed)).isEqualTo(new Failure.TableExists(TestTables.NAME));
        create("{'name':'s.alias','location':'" + tables.location() + "'}");
        assertThat(refused("{'name':'s.alias','columns':[{'name':'a','type':'long'}]}"))
                .isInstanceOf(Failure.TableExists.class);
        assertThat(refused("{'name':'t','location':'" + tables.location() + "'}"))
                .isInstanceOf(Failure.TableExists.class);
    }

    @Test
    void a_registered_table_is_the_one_that_is_there() {
        tables.create();
        assertThat(create("{'name':'s.alias','location':'" + tables.location() + "'}")
                        .id())
                .isEqualTo("00000000-0000-0000-0000-000000000001");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "http://169.254.169.254/latest", "file:///tmp/../etc", "s3a://elsewhere/t"})
    void a_place_outside_the_allowed_ones_is_refused(String location) {
        assertThat(refused("{'name':'s.alias','location':'" + location + "'}"))
                .isInstanceOf(Failure.BadParameter.class);
    }

    @Test
    void a_place_without_a_table_is_refused() {
        assertThat(refused("{'name':'s.alias','location':'" + tables.storages().root() + "/empty'}"))
                .isInstanceOf(Failure.BadParameter.class);
    }

    @Test
    void a_name_is_required() {
        assertThat(refused("{'columns':[]}")).isInstanceOf(Failure.MalformedBody.class);
    }
}
