package io.sluice.catalog.convert;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.table.Failure;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The data files below a directory: whatever begins with `_` or `.` is none.
final class ParquetDirectory {

    private static final String LOG_DIRECTORY = "_delta_log";

    /// @param directories from the table's location down
    record Found(FileEntry file, List<String> directories) {

        String relative() {
            return String.join("", directories.stream().map(name -> name + "/").toList()) + file.name();
        }
    }

    private record Directory(Location location, List<String> names) {}

    private ParquetDirectory() {}

    /// Files of one directory next to each other, in the order of their names.
    ///
    /// @throws io.sluice.table.FailureException `bad-parameter` when there is none, or a table lies below
    static List<Found> list(Storage storage, Location location) throws IOException {
        var files = new ArrayList<Found>();
        Deque<Directory> open = new ArrayDeque<>(List.of(new Directory(location, List.of())));
        while (!open.isEmpty()) {
            Directory directory = open.pop();
            var below = new ArrayDeque<Directory>();
            for (FileEntry entry : storage.list(directory.location(), "")) {
                if (entry.name().equals(LOG_DIRECTORY)) {
                    throw new Failure.BadParameter("location", "a table lies below it").asException();
                }
                if (entry.name().startsWith("_") || entry.name().startsWith(".")) {
                    continue;
                }
                switch (entry.kind()) {
                    case DIRECTORY -> {
                        var names = new ArrayList<>(directory.names());
                        names.add(entry.name());
                        below.push(new Directory(entry.location(), List.copyOf(names)));
                    }
                    case FILE -> files.add(new Found(entry, directory.names()));
                }
            }
            below.forEach(open::push);
        }
        if (files.isEmpty()) {
            throw new Failure.BadParameter("location", "no Parquet files lie there").asException();
        }
        return files;
    }
}
