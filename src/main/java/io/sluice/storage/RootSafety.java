package io.sluice.storage;

import io.sluice.table.Failure;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/// Which roots may be written: those on which [StorageProbe] has seen one writer win, every time. Anywhere else
/// writers would overwrite each other's commits, so nothing is written there.
///
/// The root of managed tables is probed when the application has started; an allow-listed location when something is
/// to be written there for the first time.
@Component
public class RootSafety implements DisposableBean {

    private static final Duration BETWEEN_PROBES = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);
    private static final Duration LONGEST_TRIAL = Duration.ofSeconds(30);
    private static final Duration LONGEST_END = Duration.ofSeconds(5);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final Duration UNTIL_MENDED = Duration.ofMinutes(1);

    private final Storages storages;
    private final Map<Location, RootProbe> probes = new ConcurrentHashMap<>();

    RootSafety(Storages storages) {
        this.storages = storages;
    }

    /// The start of a service on an object store ends with the trial, which takes a while there: whoever is told
    /// that the service is ready can write.
    @EventListener(ApplicationReadyEvent.class)
    @Order(Ordered.HIGHEST_PRECEDENCE)
    void start() throws InterruptedException {
        mainRoot().start();
        if (!storages.root().isLocal()) {
            mainRoot().await(BETWEEN_PROBES, LONGEST_TRIAL);
        }
    }

    /// Why nothing may be written here; empty when it may. Waits for a probe that has not ended yet, a few seconds
    /// at most.
    public Optional<Failure> refusal(Location location) {
        try {
            return switch (probe(storages.rootOf(location)).await(BETWEEN_PROBES, LONGEST_WAIT)) {
                case StorageProbe.Safe() -> Optional.empty();
                case StorageProbe.Unsafe(String reason) -> Optional.of(new Failure.StorageUnsafe(reason, UNTIL_MENDED));
                case StorageProbe.Running() -> Optional.of(new Failure.StorageUnavailable(RETRY_AFTER));
                case StorageProbe.Unavailable _ -> Optional.of(new Failure.StorageUnavailable(RETRY_AFTER));
            };
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.of(new Failure.ShuttingDown(RETRY_AFTER));
        }
    }

    RootProbe mainRoot() {
        return probe(storages.root());
    }

    private RootProbe probe(Location root) {
        return probes.computeIfAbsent(
                root,
                key -> new RootProbe(
                        () -> StorageProbe.STANDARD.run(storages.of(key), key),
                        task -> Thread.ofPlatform()
                                .name("storage-probe")
                                .daemon()
                                .start(task),
                        Clock.systemUTC()));
    }

    @Override
    public void destroy() throws InterruptedException {
        for (RootProbe probe : probes.values()) {
            probe.close(LONGEST_END);
        }
    }
}
