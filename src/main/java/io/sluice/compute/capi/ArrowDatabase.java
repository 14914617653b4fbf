package io.sluice.compute.capi;

import io.sluice.compute.Database;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.sql.SQLException;
import java.util.List;

/// One DuckDB in memory whose connections give Arrow batches.
public final class ArrowDatabase implements Database<ArrowConnection> {

    /// What all instances of the process share; as long as the process.
    private static final class Environment {
        static final MemorySegment HANDLE = create();

        private static MemorySegment create() {
            try {
                MemorySegment place = CFunctions.place(Arena.global());
                CFunctions.call(CFunctions.ENVIRONMENT_CREATE, place);
                return CFunctions.handle(place);
            } catch (SQLException e) {
                throw new ExceptionInInitializerError(e);
            }
        }
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment instance = CFunctions.place(arena);
    private boolean closed;

    private ArrowDatabase() throws SQLException {
        CFunctions.call(CFunctions.INSTANCE_CREATE, Environment.HANDLE, instance);
    }

    /// @param settings statements that are run before anything else is
    public static ArrowDatabase open(List<String> settings) throws SQLException {
        var database = new ArrowDatabase();
        try (ArrowConnection connection = database.connect()) {
            for (String setting : settings) {
                connection.execute(setting);
            }
        } catch (SQLException e) {
            database.close();
            throw e;
        }
        return database;
    }

    @Override
    public synchronized ArrowConnection connect() throws SQLException {
        if (closed) {
            throw new SQLException("the instance is closed");
        }
        return new ArrowConnection(CFunctions.handle(instance));
    }

    /// Connections that are open stay usable.
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            CFunctions.destroy(CFunctions.INSTANCE_DESTROY, instance);
            arena.close();
        }
    }
}
