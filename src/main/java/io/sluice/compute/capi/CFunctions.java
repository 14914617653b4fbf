package io.sluice.compute.capi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.duckdb.DuckDBDriver;

/// The functions of DuckDB's C interface, version 2 (`duckdb_v2.h`), that are used here, from the library that the
/// JDBC driver has loaded. Each answers with an error code and takes a place for what is known of the error as its
/// last argument; handles are destroyed through the place where they lie, which is cleared.
///
/// That these are called as `duckdb_v2.h` declares them holds by this file alone.
@SuppressWarnings("restricted")
final class CFunctions {

    static final AddressLayout HANDLE = ValueLayout.ADDRESS;

    /// A pointer and a length.
    private static final long TEXT_BYTES = 16;

    private static final SymbolLookup LIBRARY = library();

    static final MethodHandle ENVIRONMENT_CREATE = function("environment_create", HANDLE, HANDLE);
    static final MethodHandle INSTANCE_CREATE = function("instance_create", HANDLE, HANDLE, HANDLE);
    static final MethodHandle INSTANCE_DESTROY = function("instance_destroy", HANDLE);
    static final MethodHandle CONNECTION_CREATE = function("connection_create", HANDLE, HANDLE, HANDLE);
    static final MethodHandle CONNECTION_DESTROY = function("connection_destroy", HANDLE);
    static final MethodHandle CONNECTION_INTERRUPT = function("connection_interrupt", HANDLE, HANDLE);
    static final MethodHandle PARSE_SQL = function("parse_sql", HANDLE, HANDLE, HANDLE, HANDLE);
    static final MethodHandle STATEMENT_ITERATOR_NEXT = function("statement_iterator_next", HANDLE, HANDLE, HANDLE);
    static final MethodHandle STATEMENT_ITERATOR_DESTROY = function("statement_iterator_destroy", HANDLE);
    static final MethodHandle SQL_STATEMENT_DESTROY = function("sql_statement_destroy", HANDLE);

    /// Connection, statement, names and values of parameters and their number, most rows of a batch, result.
    static final MethodHandle STATEMENT_EXECUTE_ARROW = function(
            "statement_execute_arrow",
            HANDLE,
            HANDLE,
            HANDLE,
            HANDLE,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            HANDLE,
            HANDLE);

    static final MethodHandle ARROW_RESULT_GET_SCHEMA = function("arrow_result_get_schema", HANDLE, HANDLE, HANDLE);
    static final MethodHandle ARROW_RESULT_FETCH_ARRAY = function("arrow_result_fetch_array", HANDLE, HANDLE, HANDLE);
    static final MethodHandle ARROW_RESULT_DRAIN = function("arrow_result_drain", HANDLE, HANDLE, HANDLE);
    static final MethodHandle ARROW_RESULT_DESTROY = function("arrow_result_destroy", HANDLE);

    private static final MethodHandle ERROR_INFO_GET_RAW_TEXT = function("error_info_get_raw_text", HANDLE, HANDLE);
    private static final MethodHandle ERROR_INFO_DESTROY = function("error_info_destroy", HANDLE);

    private CFunctions() {}

    private static SymbolLookup library() {
        try {
            // Whose first use loads the library.
            Class.forName("org.duckdb.DuckDBNative", true, DuckDBDriver.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new ExceptionInInitializerError(e);
        }
        return SymbolLookup.loaderLookup();
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        return Linker.nativeLinker()
                .downcallHandle(
                        LIBRARY.findOrThrow("duckdb_v2_" + name),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    /// @param arguments without the place for the error, which is added
    static void call(MethodHandle function, Object... arguments) throws SQLException {
        try (var arena = Arena.ofConfined()) {
            MemorySegment error = place(arena);
            var all = new Object[arguments.length + 1];
            System.arraycopy(arguments, 0, all, 0, arguments.length);
            all[arguments.length] = error;
            int code = invoke(function, all);
            if (code != 0) {
                throw new SQLException(text(error, arena), "", code);
            }
        }
    }

    /// Destroys what a place holds a handle of, and clears the place; nothing where it holds none.
    static void destroy(MethodHandle function, MemorySegment place) {
        // There is nothing to be done about an object that cannot be freed.
        var unused = invoke(function, place);
    }

    /// Where a handle will lie.
    static MemorySegment place(SegmentAllocator allocator) {
        return allocator.allocate(HANDLE);
    }

    static MemorySegment handle(MemorySegment place) {
        return place.get(HANDLE, 0);
    }

    private static String text(MemorySegment error, Arena arena) {
        MemorySegment text = arena.allocate(TEXT_BYTES, HANDLE.byteAlignment());
        try {
            int code = invoke(ERROR_INFO_GET_RAW_TEXT, handle(error), text);
            long length = text.get(ValueLayout.JAVA_LONG, HANDLE.byteSize());
            return code != 0 || length == 0
                    ? ""
                    : new String(
                            handle(text).reinterpret(length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
        } finally {
            destroy(ERROR_INFO_DESTROY, error);
        }
    }

    private static int invoke(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            // A call of a C function throws nothing but for arguments of wrong types.
            throw new IllegalStateException(e);
        }
    }
}
