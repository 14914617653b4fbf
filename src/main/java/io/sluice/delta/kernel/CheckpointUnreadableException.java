package io.sluice.delta.kernel;

/// A checkpoint is damaged or incomplete; an older one, or the log without it, may still do.
public final class CheckpointUnreadableException extends Exception {

    private static final long serialVersionUID = 1L;

    public CheckpointUnreadableException(Throwable cause) {
        super(cause);
    }
}
