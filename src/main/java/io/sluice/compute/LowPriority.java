package io.sluice.compute;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Work that lets other work go first.
///
/// On Linux `sched_setattr(2)` and `setpriority(2)` are about the calling thread, and threads that it begins are as it
/// is: so those of a DuckDB that it opens. Elsewhere it would be about the process, and nothing is done.
final class LowPriority {

    private static final Logger LOG = LoggerFactory.getLogger(LowPriority.class);
    private static final int THIS_THREAD = 0;

    /// Against others that want the core it gets about a seventh of it.
    private static final int NICE = 8;

    /// For which it would go on once it runs. A thread that wakes up takes the core at once from one that asks for
    /// more time than itself; otherwise it may wait until that has had its time. Linux before 6.12 ignores this.
    private static final long SLICE_NANOS = 100_000_000;

    private static final int PRIO_PROCESS = 0;
    private static final long KEEP_POLICY = 0x08;

    /// `struct sched_attr`: size, policy, flags, nice, priority, runtime, deadline, period.
    private static final long ATTRIBUTES_BYTES = 48;

    private static final long FLAGS_AT = 8;
    private static final long NICE_AT = 16;
    private static final long RUNTIME_AT = 24;

    private static final Optional<MethodHandle> SET_PRIORITY = function(
            "setpriority",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private static final Optional<MethodHandle> SYSTEM_CALL = function(
            "syscall",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG),
            Linker.Option.firstVariadicArg(1));

    private LowPriority() {}

    @SuppressWarnings("restricted") // native access is granted to the whole application, for DuckDB
    private static Optional<MethodHandle> function(String name, FunctionDescriptor type, Linker.Option... options) {
        if (!System.getProperty("os.name", "").startsWith("Linux")) {
            return Optional.empty();
        }
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup().find(name).map(function -> linker.downcallHandle(function, type, options));
    }

    /// The system's own number, since older C libraries have no function for it.
    private static OptionalLong setAttributes() {
        return switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
            case "amd64" -> OptionalLong.of(314);
            case "aarch64" -> OptionalLong.of(274);
            default -> OptionalLong.empty();
        };
    }

    /// The work, on a thread that is nice from its beginning.
    static Runnable of(Runnable work) {
        return () -> {
            lower();
            work.run();
        };
    }

    private static void lower() {
        try {
            if (SET_PRIORITY.isPresent() && !setNiceAndSlice() && !setNice(SET_PRIORITY.get())) {
                LOG.info(
                        "The system keeps the priority of {}",
                        Thread.currentThread().getName());
            }
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static boolean setNiceAndSlice() throws Throwable {
        OptionalLong call = setAttributes();
        if (SYSTEM_CALL.isEmpty() || call.isEmpty()) {
            return false;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attributes =
                    arena.allocate(MemoryLayout.sequenceLayout(ATTRIBUTES_BYTES / Long.BYTES, ValueLayout.JAVA_LONG));
            attributes.set(ValueLayout.JAVA_INT, 0, (int) ATTRIBUTES_BYTES);
            attributes.set(ValueLayout.JAVA_LONG, FLAGS_AT, KEEP_POLICY);
            attributes.set(ValueLayout.JAVA_INT, NICE_AT, NICE);
            attributes.set(ValueLayout.JAVA_LONG, RUNTIME_AT, SLICE_NANOS);
            long failed = (long) SYSTEM_CALL.get().invokeExact(call.getAsLong(), (long) THIS_THREAD, attributes, 0L);
            return failed == 0;
        }
    }

    private static boolean setNice(MethodHandle setPriority) throws Throwable {
        int failed = (int) setPriority.invokeExact(PRIO_PROCESS, THIS_THREAD, NICE);
        return failed == 0;
    }
}
