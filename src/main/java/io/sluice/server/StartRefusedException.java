package io.sluice.server;

/// The settings are such that the service must not start. The message is one line for the operator and names the
/// property.
public final class StartRefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartRefusedException(String message) {
        super(message);
    }
}
