package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.delta.feed.ChangeFeed;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Readers of a table whose log changes while they read it.
class MovingLogTest {

    @TempDir
    Path root;

    private Storages storages;
    private Snapshots snapshots;

    @BeforeEach
    void open() {
        storages = PackTables.storages(root);
        snapshots = new Snapshots(storages);
    }

    @Test
    void a_table_that_is_being_dropped_is_missing_from_the_first_change_on() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("1.parquet"));
        table.commit(HandMadeTable.add("2.parquet"));
        snapshots.latest(table.location());

        snapshots.drop(table.location(), () -> {
            delete(table.entry(0));
            assertThatThrownBy(() -> snapshots.latest(table.location())).isInstanceOf(TableMissingException.class);
            assertThatThrownBy(() -> snapshots.at(table.location(), new AsOf.Version(1)))
                    .isInstanceOf(TableMissingException.class);
        });

        assertThat(failure(() -> snapshots.latest(table.location()))).isInstanceOf(Failure.TableCorrupt.class);
    }

    @Test
    void a_table_that_is_dropped_while_its_log_is_read_is_missing() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        table.commit(HandMadeTable.add("1.parquet"));
        var observed = new Snapshots(beforeReads(() -> {
            delete(table.entry(0));
            delete(table.entry(1));
        }));

        assertThatThrownBy(() -> observed.latest(table.location())).isInstanceOf(TableMissingException.class);
    }

    @Test
    void changes_whose_log_entries_go_while_they_are_read_are_not_found() {
        HandMadeTable table = HandMadeTable.create(
                storages,
                "t",
                new TableSpec(
                        new Schema(List.of(new Column("id", DataType.Primitive.LONG))),
                        List.of(),
                        List.of(),
                        Map.of("delta.enableChangeDataFeed", "true"),
                        Optional.empty()));
        table.commit(HandMadeTable.add("1.parquet"));
        table.commit(HandMadeTable.add("2.parquet"));
        TableSnapshot last = snapshots.latest(table.location());
        assertThat(new ChangeFeed(storages, snapshots).since(1, last).files()).hasSize(2);
        var feed = new ChangeFeed(beforeReads(() -> delete(table.entry(1))), snapshots);

        assertThat(failure(() -> feed.since(1, last))).isEqualTo(new Failure.VersionNotFound("1", 2, 2));
    }

    @Test
    void a_listing_that_shows_the_later_of_two_new_entries_alone_is_no_damage() {
        HandMadeTable table = HandMadeTable.create(storages, "t");
        for (int i = 1; i <= 3; i++) {
            table.commit(HandMadeTable.add(i + ".parquet"));
        }
        Path hidden = table.entry(2);
        Path elsewhere = root.resolve("hidden.json");
        move(hidden, elsewhere);
        var listings = new AtomicInteger();
        var observed = new Snapshots(before(method -> {
            if (method.equals("list") && listings.getAndIncrement() == 1) {
                move(elsewhere, hidden);
            }
        }));

        assertThat(observed.latest(table.location()).version()).isEqualTo(3);
        assertThat(listings).hasValue(2);

        move(hidden, elsewhere);
        assertThat(failure(() -> new Snapshots(storages).latest(table.location())))
                .isInstanceOf(Failure.TableCorrupt.class);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The storage, on which something happens before each file is read.
    private Storages beforeReads(Runnable happening) {
        return before(method -> {
            if (method.equals("read")) {
                happening.run();
            }
        });
    }

    private Storages before(Consumer<String> call) {
        return new Storages(StorageProperties.ofRoot(root.toString())) {
            @Override
            public Storage of(Location location) {
                return (Storage) Proxy.newProxyInstance(
                        Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                            call.accept(method.getName());
                            try {
                                return method.invoke(storages.of(location), arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
            }
        };
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Failure failure(ThrowingCallable read) {
        return catchThrowableOfType(FailureException.class, read).failure();
    }
}
