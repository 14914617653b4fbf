package io.sluice.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// What happens when an instance breaks, and when there is too much to do.
class DuckDbTest {

    @TempDir
    Path directory;

    private DuckDb.Settings settings(int concurrency, int waiting) {
        return new DuckDb.Settings(
                List.of(directory), directory.resolve("spill"), 1 << 20, 128 << 20, 128 << 20, 1, concurrency, waiting);
    }

    private static int run(DuckDbInstance<JdbcDatabase.Connection> instance, DuckDb.Work<Integer> work)
            throws Exception {
        var job = new Job<>(instance, session -> work.run(session.connection()), new WorkTime(Duration.ofMinutes(1)));
        job.run();
        return job.await();
    }

    private static int answer(DuckDBConnection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void the_library_that_is_in_use_has_left_no_file() throws Exception {
        try (var duckDb = new DuckDb(settings(1, 1))) {
            assertThat(duckDb.<Integer>call(DuckDb.Purpose.QUERY, connection -> answer(connection, "SELECT 7")))
                    .isEqualTo(7);
        }
        try (Stream<String> inUse = Files.lines(Path.of("/proc/self/maps"))) {
            assertThat(inUse.filter(line -> line.contains("libduckdb_java")))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith(" (deleted)"));
        }
    }

    @Test
    void sorting_takes_no_more_threads_than_there_is_memory_for() throws Exception {
        var settings = new DuckDb.Settings(List.of(directory), directory.resolve("spill"), 128 << 20, 4, 4);
        try (var duckDb = new DuckDb(settings)) {
            assertThat(threads(duckDb, DuckDb.Purpose.QUERY)).isEqualTo(4);
            assertThat(threads(duckDb, DuckDb.Purpose.SORT)).isEqualTo(1);
            assertThat(threads(duckDb, DuckDb.Purpose.CHANGE)).isEqualTo(2);
            assertThat(threads(duckDb, DuckDb.Purpose.MAINTENANCE)).isEqualTo(1);
        }
    }

    private static int threads(DuckDb duckDb, DuckDb.Purpose purpose) throws Exception {
        return duckDb.call(purpose, connection -> answer(connection, "SELECT current_setting('threads')"));
    }

    @Test
    void an_instance_that_answers_nothing_any_more_is_replaced() throws Exception {
        var opened = new ArrayList<JdbcDatabase>();
        try (var instance = new DuckDbInstance<>(() -> {
            opened.add(JdbcDatabase.open(Lockdown.statements(DuckDb.Purpose.QUERY, settings(1, 1))));
            return opened.getLast();
        })) {
            assertThat(run(instance, connection -> answer(connection, "SELECT 42")))
                    .isEqualTo(42);
            opened.getFirst().close();

            assertThatThrownBy(() -> run(instance, connection -> answer(connection, "SELECT 43")))
                    .isInstanceOf(SQLException.class);
            assertThat(run(instance, connection -> answer(connection, "SELECT 44")))
                    .isEqualTo(44);
            assertThat(opened).hasSize(2);
        }
    }

    @Test
    void an_instance_that_breaks_during_work_is_replaced() throws Exception {
        var opened = new ArrayList<JdbcDatabase>();
        try (var instance = new DuckDbInstance<>(() -> {
            opened.add(JdbcDatabase.open(Lockdown.statements(DuckDb.Purpose.QUERY, settings(1, 1))));
            return opened.getLast();
        })) {
            assertThatThrownBy(() -> run(instance, connection -> {
                        opened.getFirst().close();
                        throw new SQLException("the instance is invalid from now on");
                    }))
                    .isInstanceOf(SQLException.class);

            assertThat(run(instance, connection -> answer(connection, "SELECT 45")))
                    .isEqualTo(45);
            assertThat(opened).hasSize(2);
        }
    }

    /// An instance that DuckDB itself has given up, for good: its own switch makes a checkpoint fail half way.
    @Test
    void a_fatal_error_costs_those_who_meet_it_and_the_next_work_has_a_new_instance_within_a_second() throws Exception {
        var opened = new AtomicInteger();
        try (var instance = new DuckDbInstance<>(() -> opened.incrementAndGet() == 1
                ? new JdbcDatabase(onDisk(directory.resolve("fatal.db")))
                : JdbcDatabase.open(Lockdown.statements(DuckDb.Purpose.QUERY, settings(1, 1))))) {
            assertThatThrownBy(() -> run(instance, connection -> {
                        run(connection, "SET debug_checkpoint_abort = 'before_header'");
                        run(connection, "CREATE TABLE t AS FROM range(1000)");
                        return run(connection, "CHECKPOINT");
                    }))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(DuckDbError.isFatal(e)).isTrue());

            long begunNanos = System.nanoTime();
            assertThat(run(instance, connection -> answer(connection, "SELECT 47")))
                    .isEqualTo(47);
            assertThat(Duration.ofNanos(System.nanoTime() - begunNanos)).isLessThan(Duration.ofSeconds(1));
            assertThat(opened).hasValue(2);
            assertThat(instance.replaced()).isEqualTo(1);
        }
    }

    /// Work that another one's fatal error meets fails with an error of its own kind, which says that it may be made
    /// again.
    @Test
    void work_beside_a_fatal_error_can_tell_that_it_was_not_its_own() throws Exception {
        try (var broken = onDisk(directory.resolve("beside.db"));
                var innocent = broken.duplicate()) {
            run(broken, "SET debug_checkpoint_abort = 'before_header'");
            run(broken, "CREATE TABLE t AS FROM range(1000)");
            assertThatThrownBy(() -> run(broken, "CHECKPOINT")).isInstanceOf(SQLException.class);

            assertThatThrownBy(() -> answer(innocent, "SELECT 48"))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(DuckDbError.isFatal(e)).isTrue());
        }
    }

    private static DuckDBConnection onDisk(Path file) throws SQLException {
        var connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file);
        run(connection, "SET GLOBAL errors_as_json = true");
        return connection;
    }

    private static int run(DuckDBConnection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
            return 0;
        }
    }

    @Test
    void a_statement_that_fails_costs_nobody_the_instance() throws Exception {
        var opened = new ArrayList<JdbcDatabase>();
        try (var instance = new DuckDbInstance<>(() -> {
            opened.add(JdbcDatabase.open(Lockdown.statements(DuckDb.Purpose.QUERY, settings(1, 1))));
            return opened.getLast();
        })) {
            assertThatThrownBy(() -> run(instance, connection -> answer(connection, "SELECT nothing")))
                    .isInstanceOf(SQLException.class);

            assertThat(run(instance, connection -> answer(connection, "SELECT 46")))
                    .isEqualTo(46);
            assertThat(opened).hasSize(1);
        }
    }

    @Test
    void what_finds_no_place_in_the_queue_is_overloaded_at_once() throws Exception {
        var begun = new CountDownLatch(1);
        var end = new CountDownLatch(1);
        try (var duckDb = new DuckDb(settings(1, 1));
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ExecutorCompletionService<Integer>(callers);
            answers.submit(() -> duckDb.call(DuckDb.Purpose.QUERY, connection -> {
                begun.countDown();
                end.await();
                return 1;
            }));
            begun.await();
            for (int caller = 0; caller < 2; caller++) {
                answers.submit(() -> duckDb.call(DuckDb.Purpose.QUERY, connection -> answer(connection, "SELECT 2")));
            }

            assertThatThrownBy(() -> answers.take().get())
                    .isInstanceOfSatisfying(
                            ExecutionException.class,
                            e -> assertThat(e.getCause())
                                    .isInstanceOfSatisfying(
                                            FailureException.class,
                                            failure -> assertThat(failure.failure())
                                                    .isInstanceOf(Failure.Overloaded.class)));
            end.countDown();
            assertThat(List.of(answers.take().get(), answers.take().get())).containsExactlyInAnyOrder(1, 2);
        }
    }
}
