package io.sluice.compute.capi;

import io.sluice.compute.Session;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.sql.SQLException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/// Runs one statement at a time, on threads with large stacks.
public final class ArrowConnection implements Session {

    private final Arena arena = Arena.ofShared();
    private final MemorySegment connection = CFunctions.place(arena);
    private boolean closed;

    ArrowConnection(MemorySegment instance) throws SQLException {
        CFunctions.call(CFunctions.CONNECTION_CREATE, instance, connection);
    }

    /// The rows of one statement, streamed, in the order of a statement that has one or reads files one after the
    /// other.
    ///
    /// @param batchRows most rows of a batch
    public ArrowReader query(String sql, BufferAllocator allocator, long batchRows) throws SQLException {
        var result = new ArrowResult(result(sql, batchRows), allocator);
        try {
            result.open();
            return result;
        } catch (SQLException | RuntimeException e) {
            result.close();
            throw e;
        }
    }

    /// Runs a statement whose rows nobody wants.
    void execute(String sql) throws SQLException {
        try (var own = Arena.ofConfined()) {
            MemorySegment result = CFunctions.place(own);
            execute(sql, 0, result);
            try {
                CFunctions.call(
                        CFunctions.ARROW_RESULT_DRAIN, CFunctions.handle(result), own.allocate(ValueLayout.JAVA_LONG));
            } finally {
                CFunctions.destroy(CFunctions.ARROW_RESULT_DESTROY, result);
            }
        }
    }

    private MemorySegment result(String sql, long batchRows) throws SQLException {
        try (var own = Arena.ofConfined()) {
            MemorySegment result = CFunctions.place(own);
            execute(sql, batchRows, result);
            return CFunctions.handle(result);
        }
    }

    private void execute(String sql, long batchRows, MemorySegment result) throws SQLException {
        try (var own = Arena.ofConfined()) {
            MemorySegment statement = parse(sql, own);
            try {
                CFunctions.call(
                        CFunctions.STATEMENT_EXECUTE_ARROW,
                        CFunctions.handle(connection),
                        CFunctions.handle(statement),
                        MemorySegment.NULL,
                        MemorySegment.NULL,
                        0L,
                        batchRows,
                        result);
            } finally {
                CFunctions.destroy(CFunctions.SQL_STATEMENT_DESTROY, statement);
            }
        }
    }

    /// The first statement of the text.
    private MemorySegment parse(String sql, Arena own) throws SQLException {
        MemorySegment statements = CFunctions.place(own);
        MemorySegment statement = CFunctions.place(own);
        CFunctions.call(CFunctions.PARSE_SQL, CFunctions.handle(connection), own.allocateFrom(sql), statements);
        try {
            CFunctions.call(CFunctions.STATEMENT_ITERATOR_NEXT, CFunctions.handle(statements), statement);
        } finally {
            CFunctions.destroy(CFunctions.STATEMENT_ITERATOR_DESTROY, statements);
        }
        return statement;
    }

    @Override
    public boolean answers() {
        try (var allocator = new RootAllocator();
                ArrowReader reader = query("SELECT 1", allocator, 0)) {
            return reader.loadNextBatch();
        } catch (SQLException | IOException e) {
            return false;
        }
    }

    @Override
    public synchronized void interrupt() {
        if (!closed) {
            try {
                CFunctions.call(CFunctions.CONNECTION_INTERRUPT, CFunctions.handle(connection));
            } catch (SQLException e) {
                // It runs nothing that could be stopped.
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            CFunctions.destroy(CFunctions.CONNECTION_DESTROY, connection);
            arena.close();
        }
    }
}
