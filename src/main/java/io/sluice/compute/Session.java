package io.sluice.compute;

import java.sql.SQLException;

/// A connection for one piece of work, which another thread can stop.
public interface Session extends AutoCloseable {

    /// Stops what runs at this moment; nothing when nothing does.
    void interrupt();

    /// Whether it can run the smallest statement.
    boolean answers();

    @Override
    void close() throws SQLException;
}
