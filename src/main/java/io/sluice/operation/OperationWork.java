package io.sluice.operation;

/// What an operation does. Runs on a virtual thread.
@FunctionalInterface
public interface OperationWork {

    /// @return the operation's result: a record that Jackson writes
    /// @throws io.sluice.table.FailureException the operation's problem
    /// @throws OperationStoppedException of the control, passed on
    Object run(OperationControl control) throws Exception;
}
