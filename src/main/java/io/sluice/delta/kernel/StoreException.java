package io.sluice.delta.kernel;

import java.io.IOException;

/// The store did not answer as it should; travels through Kernel as a cause, so that it is told apart from damage.
public final class StoreException extends IOException {

    private static final long serialVersionUID = 1L;

    public StoreException(IOException cause) {
        super(cause);
    }
}
