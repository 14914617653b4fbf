package io.sluice.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.commit.TestTables;
import io.sluice.delta.Snapshots;
import io.sluice.storage.Location;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {

    private static final TableName OTHER = TableName.parse("sales.orders");

    private TestTables tables;
    private Catalog catalog;

    @BeforeEach
    void root(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
        catalog = newCatalog();
    }

    private Catalog newCatalog() {
        return new Catalog(tables.storages(), new Snapshots(tables.storages(), Clock.systemUTC()));
    }

    private TableListing listing() {
        return new TableListing(tables.storages(), catalog.registrations());
    }

    private List<String> names(Optional<String> schema) {
        return listing().list(schema, Optional.empty(), 100, _ -> true).tables().stream()
                .map(TableName::toString)
                .toList();
    }

    private void makeTable(String directory) throws IOException {
        byte[] entry = tables.storage().read(tables.location().resolve("_delta_log/00000000000000000000.json"));
        tables.storage()
                .put(tables.storages().root().resolve(directory + "/_delta_log/00000000000000000000.json"), entry);
    }

    @Test
    void a_directory_with_a_log_is_a_table_whoever_wrote_it() {
        assertThat(catalog.locate(TestTables.NAME)).isEqualTo(tables.location());
        assertThat(catalog.snapshot(TestTables.NAME, AsOf.latest()).version()).isZero();
    }

    @Test
    void a_name_without_a_log_is_not_found() {
        assertThat(failure(() -> catalog.snapshot(OTHER, AsOf.latest()))).isEqualTo(new Failure.TableNotFound(OTHER));
    }

    @Test
    void a_registration_is_seen_by_other_replicas_at_once_and_survives_a_restart() {
        Catalog other = newCatalog();
        assertThat(other.locate(OTHER)).isEqualTo(catalog.managed(OTHER));
        catalog.registrations().add(OTHER, tables.location());

        assertThat(catalog.locate(OTHER)).isEqualTo(tables.location());
        assertThat(other.snapshot(OTHER, AsOf.latest()).location()).isEqualTo(tables.location());
        assertThat(newCatalog().locate(OTHER)).isEqualTo(tables.location());
        catalog.registrations().remove(OTHER);
        assertThat(newCatalog().locate(OTHER)).isEqualTo(catalog.managed(OTHER));
    }

    @Test
    void a_name_is_registered_for_one_place() {
        catalog.registrations().add(OTHER, tables.location());
        catalog.registrations().add(OTHER, tables.location());
        Location elsewhere = tables.storages().root().resolve("default/u");
        assertThat(failure(() -> catalog.registrations().add(OTHER, elsewhere)))
                .isEqualTo(new Failure.TableExists(OTHER));
    }

    @Test
    void the_list_has_tables_only_in_the_order_of_their_names() throws IOException {
        makeTable("default/b");
        makeTable("default/a");
        makeTable("default/not-a-name");
        makeTable("a/z");
        makeTable("a1/a");
        makeTable(".sluice/hidden");
        tables.storage()
                .put(tables.storages().root().resolve("default/no-log/x"), "x".getBytes(StandardCharsets.UTF_8));
        tables.storage().put(tables.storages().root().resolve("file"), "x".getBytes(StandardCharsets.UTF_8));
        catalog.registrations().add(OTHER, tables.location());

        assertThat(names(Optional.empty()))
                .containsExactly("a.z", "a1.a", "default.a", "default.b", "default.t", "sales.orders");
        assertThat(names(Optional.of("default"))).containsExactly("default.a", "default.b", "default.t");
        assertThat(names(Optional.of("sales"))).containsExactly("sales.orders");
        assertThat(names(Optional.of("../a"))).isEmpty();
        assertThat(names(Optional.of("none"))).isEmpty();
    }

    @Test
    void pages_of_any_size_make_the_whole_list() throws IOException {
        for (String name : List.of("default/b", "default/a", "a/z", "a1/a", "a_1/a", "z/z")) {
            makeTable(name);
        }
        catalog.registrations().add(OTHER, tables.location());
        List<String> whole = names(Optional.empty());
        for (int size = 1; size <= whole.size() + 1; size++) {
            List<String> paged = new ArrayList<>();
            Optional<TableName> after = Optional.empty();
            TableListing.Page page;
            do {
                page = listing().list(Optional.empty(), after, size, _ -> true);
                page.tables().forEach(name -> paged.add(name.toString()));
                after = Optional.of(page.tables().getLast());
            } while (page.more());
            assertThat(paged).isEqualTo(whole);
        }
    }

    private TableDrop drop(TestTables.Process process) {
        return new TableDrop(
                tables.storages(), new Snapshots(tables.storages(), Clock.systemUTC()), process.commits(), catalog);
    }

    @Test
    void a_managed_table_is_deleted_only_with_purge() {
        TableDrop drop = drop(tables.process());
        assertThat(failure(() -> drop.drop(TestTables.NAME, TableDrop.Files.KEEP, OptionalLong.empty())))
                .isEqualTo(new Failure.PurgeRequired(TestTables.NAME));
        drop.drop(TestTables.NAME, TableDrop.Files.PURGE, OptionalLong.empty());
        assertThat(failure(() -> drop.drop(TestTables.NAME, TableDrop.Files.PURGE, OptionalLong.empty())))
                .isEqualTo(new Failure.TableNotFound(TestTables.NAME));
        assertThat(names(Optional.empty())).isEmpty();
    }

    @Test
    void a_registered_table_is_forgotten_and_its_files_stay() {
        catalog.registrations().add(OTHER, tables.location());
        drop(tables.process()).drop(OTHER, TableDrop.Files.KEEP, OptionalLong.empty());
        assertThat(names(Optional.empty())).containsExactly("default.t");
        assertThat(tables.snapshot().version()).isZero();
    }

    @Test
    void a_purge_that_stops_anywhere_never_leaves_a_table_with_fewer_rows() throws IOException {
        TestTables.Process process = tables.process();
        process.append("a");
        process.append("b");
        for (int deletes = 0; deletes < 4; deletes++) {
            tables.storage().stopAfterDeletes(deletes == 0 ? 0 : 1);
            assertThatThrownBy(() -> drop(process).drop(TestTables.NAME, TableDrop.Files.PURGE, OptionalLong.empty()))
                    .isInstanceOf(FailureException.class);
            try {
                assertThat(tables.snapshot().version()).isEqualTo(2);
                assertThat(tables.lines()).containsExactly("a", "b");
            } catch (FailureException | io.sluice.delta.TableMissingException unreadable) {
                assertThat(deletes).isPositive();
            }
        }
        tables.storage().stopAfterDeletes(Integer.MAX_VALUE);
        if (tables.storage().find(tables.location().resolve("_delta_log")).isPresent()) {
            drop(process).drop(TestTables.NAME, TableDrop.Files.PURGE, OptionalLong.empty());
        }
        assertThat(names(Optional.empty())).isEmpty();
    }

    private static Failure failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return org.assertj.core.api.Assertions.catchThrowableOfType(FailureException.class, call)
                .failure();
    }
}
