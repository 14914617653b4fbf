package io.sluice.storage;

import java.io.IOException;
import java.nio.file.Path;
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

    /// Fetches what is not there yet, several files at a time.
    ///
    /// @throws java.nio.file.NoSuchFileException when a file is gone from the store
    public Lease lease(List<DataFileRef> files) throws IOException {
        throw new UnsupportedOperationException();
    }
}
