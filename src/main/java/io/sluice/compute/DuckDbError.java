package io.sluice.compute;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.JsonValues;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.OutOfMemoryException;
import tools.jackson.core.JacksonException;

/// What kind of error DuckDB met. Its instances tell errors as JSON objects (`errors_as_json`), whose `exception_type`
/// names the kind; the driver has no other sign of it.
public final class DuckDbError {

    private static final String OUT_OF_MEMORY = "Out of Memory";
    private static final String FATAL = "FATAL";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private DuckDbError() {}

    /// The `overloaded` of work that needs more memory than it may have now, and could not spill; empty for all
    /// other errors.
    public static Optional<FailureException> outOfMemory(Exception e) {
        boolean isMemory = e instanceof OutOfMemoryException
                || e instanceof SQLException error && OUT_OF_MEMORY.equals(type(error));
        return isMemory
                ? Optional.of(new Failure.Overloaded("sluice.memory", RETRY_AFTER).asException(e))
                : Optional.empty();
    }

    /// Whether the instance has ended with this error, or had before: then the statement may be as good as any.
    public static boolean isFatal(SQLException e) {
        return FATAL.equals(type(e));
    }

    /// Whether the driver lost what the instance said: of a result that failed before its first row it says only
    /// that there is none.
    static boolean isUntold(SQLException e) {
        return type(e).isEmpty() && e.getCause() == null;
    }

    private static String type(SQLException error) {
        String told = error.getMessage();
        if (told == null || !told.startsWith("{")) {
            return "";
        }
        try {
            Map<String, Object> members = JsonValues.parseObject(told);
            return members.get("exception_type") instanceof String type ? type : "";
        } catch (JacksonException e) {
            return "";
        }
    }
}
