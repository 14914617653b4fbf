package io.sluice.access.grant;

/// The file of keys and grants cannot be used. The message is one line for the operator and holds no secret.
public final class BadAccessFileException extends Exception {

    private static final long serialVersionUID = 1L;

    BadAccessFileException(String message) {
        super(message);
    }

    BadAccessFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
