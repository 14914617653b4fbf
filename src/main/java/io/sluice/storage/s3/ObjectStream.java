package io.sluice.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/// An object's bytes. Closing it early gives the connection up; the library would read the rest of the object first.
final class ObjectStream extends FilterInputStream {

    private final ResponseInputStream<GetObjectResponse> response;
    private long remaining;

    ObjectStream(ResponseInputStream<GetObjectResponse> response) {
        super(response);
        this.response = response;
        this.remaining = response.response().contentLength();
    }

    @Override
    public int read() throws IOException {
        int read = super.read();
        if (read >= 0) {
            remaining--;
        }
        return read;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read > 0) {
            remaining -= read;
        }
        return read;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long skipped = super.skip(bytes);
        remaining -= skipped;
        return skipped;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() throws IOException {
        if (remaining > 0) {
            response.abort();
        } else {
            super.close();
        }
    }
}
