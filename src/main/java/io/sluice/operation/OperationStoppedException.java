package io.sluice.operation;

/// Leads an operation that was told to stop out of its work.
public final class OperationStoppedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    OperationStoppedException() {
        super("the operation was told to stop");
    }
}
