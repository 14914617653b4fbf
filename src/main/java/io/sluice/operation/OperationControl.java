package io.sluice.operation;

import java.util.OptionalLong;

/// What the work of an operation tells, and asks.
public interface OperationControl {

    /// How far it has come.
    void progress(long done, OptionalLong total, String unit);

    /// To be called where nothing is half done: between commits.
    ///
    /// @throws OperationStoppedException when the operation was cancelled, the service stops, or other replicas
    ///     may take the operation for dead
    void stopHere();
}
