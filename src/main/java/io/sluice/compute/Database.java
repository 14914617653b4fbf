package io.sluice.compute;

import java.sql.SQLException;

/// One DuckDB that is open.
public interface Database<S extends Session> extends AutoCloseable {

    S connect() throws SQLException;

    /// Work that still runs keeps it until its connections are closed.
    @Override
    void close() throws SQLException;
}
