package io.sluice.compute.decode;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/// Remembers the buffers that Arrow takes for message bodies: when a message turns out broken, Arrow forgets to free
/// its body, and a client could use up the memory message by message.
final class BodyBuffers implements AutoCloseable {

    private final List<ArrowBuf> buffers = new ArrayList<>();
    private final BufferAllocator watched;

    BodyBuffers(BufferAllocator allocator) {
        this.watched = (BufferAllocator) Proxy.newProxyInstance(
                BufferAllocator.class.getClassLoader(),
                new Class<?>[] {BufferAllocator.class},
                (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(allocator, arguments);
                        if (result instanceof ArrowBuf buffer) {
                            buffers.removeIf(earlier -> earlier.refCnt() == 0);
                            buffers.add(buffer);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /// The allocator, watched.
    BufferAllocator allocator() {
        return watched;
    }

    /// Frees what nobody can use any more; the reader must be closed before.
    @Override
    public void close() {
        for (ArrowBuf buffer : buffers) {
            if (buffer.refCnt() > 0) {
                buffer.getReferenceManager().release(buffer.refCnt());
            }
        }
        buffers.clear();
    }
}
