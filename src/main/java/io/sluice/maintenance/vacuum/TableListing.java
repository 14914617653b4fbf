package io.sluice.maintenance.vacuum;

import io.sluice.delta.TableSnapshot;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Every file below a table that may be a data, change or deletion vector file: what Delta calls hidden, names that
/// begin with `_` or `.`, is left out, change data and partition directories excepted.
///
/// @param files older than the retention, by the store's clock
/// @param directories that were looked into
record TableListing(List<FileEntry> files, long directories) {

    private static final String CHANGE_DATA = "_change_data";

    /// @param cutoff by the store's clock
    static TableListing of(TableSnapshot table, Storage storage, Instant cutoff) throws IOException {
        Set<String> partitions = new HashSet<>();
        for (String name : table.metadata().partitionColumns()) {
            partitions.add(name);
            table.schema().find(name).ifPresent(column -> partitions.add(column.physicalName()));
        }
        var files = new ArrayList<FileEntry>();
        long directories = 0;
        Deque<Location> open = new ArrayDeque<>(List.of(table.location()));
        while (!open.isEmpty()) {
            directories++;
            for (FileEntry entry : storage.list(open.pop(), "")) {
                if (isHidden(entry.name(), partitions)) {
                    continue;
                }
                switch (entry.kind()) {
                    case DIRECTORY -> open.push(entry.location());
                    case FILE -> {
                        if (entry.modified().isBefore(cutoff)) {
                            files.add(entry);
                        }
                    }
                }
            }
        }
        return new TableListing(files, directories);
    }

    private static boolean isHidden(String name, Set<String> partitions) {
        if (!name.startsWith("_") && !name.startsWith(".")) {
            return false;
        }
        int equals = name.indexOf('=');
        return !name.equals(CHANGE_DATA) && !(equals > 0 && partitions.contains(name.substring(0, equals)));
    }
}
