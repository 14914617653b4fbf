package io.sluice.blackbox;

import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.context.annotation.Bean;

/// A service that is dead for one directory after so many changes of it on storage: whatever it does there after them,
/// its cleaning up included, never happens. The same as a process that ends there, for all that another one can see.
final class SuddenDeath {

    private static final Set<String> CHANGES =
            Set.of("putIfAbsent", "put", "store", "makeDurable", "delete", "deleteAll", "deleteTree");
    private static final Map<String, SuddenDeath> DEATHS = new ConcurrentHashMap<>();

    private final AtomicInteger left;
    private final CountDownLatch died = new CountDownLatch(1);

    private SuddenDeath(int changes) {
        this.left = new AtomicInteger(changes);
    }

    /// @param directory the end of its path
    /// @param changes that still happen
    static SuddenDeath after(String directory, int changes) {
        var death = new SuddenDeath(changes);
        DEATHS.put("/" + directory, death);
        return death;
    }

    CountDownLatch died() {
        return died;
    }

    boolean hasCome() {
        return died.getCount() == 0;
    }

    private static final class DeadError extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// Not a component, so that only services that are given it have it.
    static class Mortality {

        @Bean("io.sluice.storage.Storages")
        static Storages storages(StorageProperties properties) {
            return new Storages(properties) {
                @Override
                public Storage of(Location location) {
                    return mortal(super.of(location));
                }
            };
        }
    }

    private static Storage mortal(Storage storage) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (_, method, arguments) -> {
                    Object[] given = arguments == null ? new Object[0] : arguments;
                    Arrays.stream(given)
                            .filter(Location.class::isInstance)
                            .map(Location.class::cast)
                            .forEach(location -> meet(location, method));
                    try {
                        return method.invoke(storage, given);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void meet(Location location, Method method) {
        DEATHS.forEach((directory, death) -> {
            if (!(location.path() + "/").contains(directory + "/")) {
                return;
            }
            if (CHANGES.contains(method.getName()) && death.left.getAndDecrement() <= 0) {
                death.died.countDown();
            }
            if (death.hasCome()) {
                throw new DeadError();
            }
        });
    }
}
