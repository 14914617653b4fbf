package io.sluice.operation;

import io.sluice.table.User;
import java.util.Optional;

/// Hears of operations that have ended.
@FunctionalInterface
public interface OperationListener {

    /// @param operation as it ended
    /// @param by who began it; nobody where callers are not authenticated, or no client asked for it
    /// @param requestId of the request that began it
    void ended(Operation operation, Optional<User> by, Optional<String> requestId);
}
