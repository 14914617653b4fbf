package io.sluice.table;

/// Carries a [Failure] from where it is found to the HTTP edge. Its message is for logs only and never sent.
public final class FailureException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Failure failure;

    public FailureException(Failure failure) {
        super(failure.toString());
        this.failure = failure;
    }

    public FailureException(Failure failure, Throwable cause) {
        super(failure.toString(), cause);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }
}
