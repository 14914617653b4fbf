package io.sluice.storage.s3;

import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// What the client library's exceptions mean for a storage.
final class S3Errors {

    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int PRECONDITION_FAILED = 412;
    static final int RANGE_NOT_SATISFIABLE = 416;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int SERVER_ERROR = 500;

    private S3Errors() {}

    static IOException of(Location file, SdkException e) {
        if (e instanceof NoSuchKeyException) {
            NoSuchFileException missing = new NoSuchFileException(file.toString());
            missing.initCause(e);
            return missing;
        }
        if (status(e) == FORBIDDEN) {
            AccessDeniedException denied = new AccessDeniedException(file.toString());
            denied.initCause(e);
            return denied;
        }
        return new IOException("The store did not serve " + file, e);
    }

    /// The HTTP status of the answer; 0 when there was none.
    static int status(SdkException e) {
        return e instanceof S3Exception answered ? answered.statusCode() : 0;
    }

    /// What a conditional put that failed tells.
    static PutOutcome ofPut(SdkException e, Transmission.State transmission) {
        int status = status(e);
        if (status == PRECONDITION_FAILED) {
            return new PutOutcome.AlreadyExists();
        }
        boolean neverSent = transmission == Transmission.State.NOT_STARTED || isNotConnected(e);
        boolean refused = status > 0 && status < SERVER_ERROR && status != CONFLICT && status != REQUEST_TIMEOUT;
        return neverSent || refused ? new PutOutcome.Refused(e) : new PutOutcome.Undecided(e);
    }

    private static boolean isNotConnected(SdkException e) {
        for (@Nullable Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return true;
            }
        }
        return false;
    }
}
