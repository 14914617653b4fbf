package io.sluice.compute;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.locks.Lock;
import org.duckdb.DuckDBConnection;

/// Stops what a connection is doing, from another thread.
///
/// `Statement.cancel` reaches a statement only while it executes. A streamed result does most of its work later, while
/// it is fetched, and for that the driver has no public way but its connection's own `interrupt`, under its own lock.
final class Interruption {

    private static final Method INTERRUPT = method();
    private static final Field LOCK = field();

    private Interruption() {}

    static void of(DuckDBConnection connection) {
        try {
            var lock = (Lock) LOCK.get(connection);
            lock.lock();
            try {
                INTERRUPT.invoke(connection);
            } finally {
                lock.unlock();
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        } catch (InvocationTargetException e) {
            // The connection is closed: there is nothing left to stop.
        }
    }

    private static Method method() {
        try {
            Method method = DuckDBConnection.class.getDeclaredMethod("interrupt");
            method.setAccessible(true);
            return method;
        } catch (NoSuchMethodException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static Field field() {
        try {
            Field field = DuckDBConnection.class.getDeclaredField("connRefLock");
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
