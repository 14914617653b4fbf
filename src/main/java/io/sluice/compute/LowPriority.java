package io.sluice.compute;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that lets other work go first.
///
/// On Linux `setpriority(2)` is about the calling thread, and threads that it begins are as nice as it is: so those
/// of a DuckDB that it opens. Elsewhere it would be about the process, and nothing is done.
final class LowPriority {

    private static final Logger LOG = LoggerFactory.getLogger(LowPriority.class);
    private static final int PRIO_PROCESS = 0;
    private static final int THIS_THREAD = 0;

    /// Against others that want the core it gets about a seventh of it.
    private static final int NICE = 8;

    private static final Optional<MethodHandle> SET_PRIORITY = find();

    private LowPriority() {}

    @SuppressWarnings("restricted") // native access is granted to the whole application, for DuckDB
    private static Optional<MethodHandle> find() {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("setpriority")
                .map(function -> linker.downcallHandle(
                        function,
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT)));
    }

    /// The work, on a thread that is nice from its beginning.
    static Runnable of(Runnable work) {
        return () -> {
            SET_PRIORITY.ifPresent(LowPriority::lower);
            work.run();
        };
    }

    private static void lower(MethodHandle setPriority) {
        try {
            int failed = (int) setPriority.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
            if (failed != 0) {
                LOG.info(
                        "The system keeps the priority of {}",
                        Thread.currentThread().getName());
            }
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
