package io.sluice.delta;

/// An action lacks a member that the protocol requires. Becomes `table-corrupt` where the log entry is known.
final class MalformedActionException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedActionException(String message) {
        super(message);
    }
}
