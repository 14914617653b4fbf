package io.sluice.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/// Local copies of immutable data files, bounded by `sluice.cache.size`; DuckDB reads these, never the store.
///
/// A file of a local table is its own copy.
@Component
public class DataFileCache {

    /// An immutable file of a table.
    public record DataFileRef(Location location, long sizeBytes) {}

    /// Local paths in the order of the request, kept from eviction until closed.
    public interface Lease extends AutoCloseable {
        List<Path> paths();

        @Override
        void close();
    }

    private record LocalFiles(List<Path> paths) implements Lease {
        @Override
        public void close() {
            // Nothing was taken.
        }
    }

    /// Fetches what is not there yet, several files at a time.
    ///
    /// @throws java.nio.file.NoSuchFileException when a file is gone from the store
    public Lease lease(List<DataFileRef> files) throws IOException {
        List<Path> paths = new ArrayList<>(files.size());
        for (DataFileRef file : files) {
            Path path = file.location().toPath();
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            paths.add(path);
        }
        return new LocalFiles(List.copyOf(paths));
    }
}
