package io.sluice.delta.kernel;

import java.io.IOException;

/// A log names a file where no file of the table may lie.
public final class DeniedPathException extends IOException {

    private static final long serialVersionUID = 1L;

    DeniedPathException(String path) {
        super(path);
    }

    DeniedPathException(String path, Throwable cause) {
        super(path, cause);
    }
}
