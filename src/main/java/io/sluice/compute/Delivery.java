package io.sluice.compute;

import java.io.OutputStream;

/// How an answer goes out.
///
/// @param out takes the bytes; an IOException means that the client has left. Large buffers outside the heap are not
///     copied where it is a [java.nio.channels.WritableByteChannel] too
/// @param time that DuckDB may take
/// @param limit of the bytes
/// @param pace that the client keeps up
public record Delivery(RowFormat format, OutputStream out, WorkTime time, ByteLimit limit, Pace pace) {

    /// To somebody who never keeps it waiting.
    public Delivery(RowFormat format, OutputStream out, WorkTime time, ByteLimit limit) {
        this(format, out, time, limit, Pace.ANY);
    }
}
