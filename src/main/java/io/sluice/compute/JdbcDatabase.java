package io.sluice.compute;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/// One DuckDB in memory, through the JDBC driver. It lives as long as one of its connections is open.
record JdbcDatabase(DuckDBConnection root) implements Database<JdbcDatabase.Connection> {

    /// @param settings statements that are run before anything else is
    static JdbcDatabase open(List<String> settings) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        var database = new JdbcDatabase((DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties));
        UnpackedLibrary.delete();
        try (var statement = database.root.createStatement()) {
            for (String sql : settings) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            database.root.close();
            throw e;
        }
        return database;
    }

    @Override
    public Connection connect() throws SQLException {
        return new Connection(root.duplicate());
    }

    @Override
    public void close() throws SQLException {
        root.close();
    }

    /// A connection of its own.
    record Connection(DuckDBConnection connection) implements Session {

        @Override
        public void interrupt() {
            Interruption.of(connection);
        }

        @Override
        public boolean answers() {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT 1")) {
                return rows.next() && rows.getInt(1) == 1;
            } catch (SQLException e) {
                return false;
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
