package io.sluice.delta.kernel;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// What an exception out of Kernel means, told by types alone.
public final class KernelFailures {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private KernelFailures() {}

    /// The failure that hides in the chain of causes: one of ours, or that of the store; empty when the bytes
    /// themselves are at fault.
    public static Optional<FailureException> hidden(Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < 32; depth++, cause = cause.getCause()) {
            switch (cause) {
                case FailureException failure -> {
                    return Optional.of(failure);
                }
                case StoreException store -> {
                    return Optional.of(unavailable(store));
                }
                case DeniedPathException denied -> {
                    return Optional.of(
                            new Failure.TableCorrupt("the log names a file outside the table").asException(denied));
                }
                default -> {}
            }
        }
        return Optional.empty();
    }

    /// The store did not answer as it should.
    public static FailureException unavailable(IOException cause) {
        return new Failure.StorageUnavailable(RETRY_AFTER).asException(cause);
    }
}
