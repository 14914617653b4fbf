package io.sluice.storage;

import io.sluice.storage.local.LocalStorage;
import io.sluice.storage.local.StagingDirectory;
import io.sluice.storage.s3.S3Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Chooses the storage that serves a location.
@Component
public class Storages implements AutoCloseable {

    /// The directory of a root that holds what is Sluice's own and no table.
    public static final String OWN_DIRECTORY = ".sluice";

    private static final Duration KEPT_STAGING = Duration.ofDays(1);

    private final Location root;
    private final List<Location> allowed;
    private final StagingDirectory staging;
    private final LocalStorage local;
    private final StorageProperties properties;
    private final ReentrantLock s3Opening = new ReentrantLock();
    private volatile @Nullable S3Storage s3;

    /// @throws IllegalArgumentException when the settings name a location that is not served
    public Storages(StorageProperties properties) {
        this.properties = properties;
        this.root = served(properties.root());
        this.allowed =
                properties.allowedLocations().stream().map(Storages::served).toList();
        Path stagingParent = root.isLocal()
                ? root.resolve(OWN_DIRECTORY).resolve("staging").toPath()
                : properties.scratchDirectory().resolve("staging");
        this.staging = new StagingDirectory(stagingParent, UUID.randomUUID(), KEPT_STAGING, Clock.systemUTC());
        this.local = new LocalStorage(staging);
    }

    /// The storage for this location's scheme.
    ///
    /// @throws IllegalArgumentException for a scheme that is not served (`http`, `ftp`, `har`, …)
    public Storage of(Location location) {
        return switch (location.scheme()) {
            case "file" -> local;
            case "s3a" -> s3();
            default -> throw notServed(location);
        };
    }

    /// Opened by its first use: a process on local files never loads the cloud's libraries.
    private Storage s3() {
        S3Storage known = s3;
        if (known != null) {
            return known;
        }
        s3Opening.lock();
        try {
            if (s3 == null) {
                s3 = new S3Storage(properties, staging);
            }
            return s3;
        } finally {
            s3Opening.unlock();
        }
    }

    private static Location served(String setting) {
        Location location = Location.parse(setting);
        if (!location.isLocal() && !location.scheme().equals("s3a")) {
            throw notServed(location);
        }
        return location;
    }

    private static IllegalArgumentException notServed(Location location) {
        return new IllegalArgumentException("Locations of the scheme '" + location.scheme() + "' are not served.");
    }

    /// Below which all managed tables lie (`sluice.root`).
    public Location root() {
        return root;
    }

    /// The root or allow-listed location that a location lies below; it itself where it lies nowhere.
    Location rootOf(Location location) {
        return location.isWithin(root)
                ? root
                : allowed.stream().filter(location::isWithin).findFirst().orElse(location);
    }

    /// Whether a table, or a file that a log names by an absolute path, may lie here: below the root or an
    /// allow-listed location (`sluice.allowed-locations`).
    public boolean isAllowed(Location location) {
        return location.isWithin(root) || allowed.stream().anyMatch(location::isWithin);
    }

    @Override
    public void close() throws IOException {
        S3Storage opened = s3;
        if (opened != null) {
            opened.close();
        }
        staging.close();
    }
}
