package io.sluice.compute;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One DuckDB, opened when first used and replaced when it stops answering: a damaged file can invalidate an instance
/// for good.
final class DuckDbInstance<S extends Session> implements AutoCloseable {

    /// Opens an instance and locks it down.
    @FunctionalInterface
    interface Opening<S extends Session> {
        Database<S> open() throws SQLException;
    }

    private final Opening<S> opening;
    private final AtomicLong replaced = new AtomicLong();
    private @Nullable Database<S> database;

    DuckDbInstance(Opening<S> opening) {
        this.opening = opening;
    }

    /// A connection of its own to the instance.
    synchronized S connect() throws SQLException {
        Database<S> current = database;
        if (current == null) {
            current = opening.open();
            database = current;
        }
        return current.connect();
    }

    /// Replaces the instance if a fresh connection cannot run the smallest statement. Work that still runs on the
    /// old one keeps it until its connections are closed.
    synchronized void replaceIfBroken() {
        Database<S> current = database;
        if (current == null || answers(current)) {
            return;
        }
        database = null;
        replaced.incrementAndGet();
        closeQuietly(current);
    }

    /// How often it was replaced.
    long replaced() {
        return replaced.get();
    }

    private static <S extends Session> boolean answers(Database<S> current) {
        try (S session = current.connect()) {
            return session.answers();
        } catch (SQLException e) {
            return false;
        }
    }

    private static <S extends Session> void closeQuietly(Database<S> database) {
        try {
            database.close();
        } catch (SQLException e) {
            // It was broken before.
        }
    }

    @Override
    public synchronized void close() {
        Database<S> current = database;
        database = null;
        if (current != null) {
            closeQuietly(current);
        }
    }
}
