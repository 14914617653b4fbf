package io.sluice.maintenance.vacuum;

import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storage.EntrySink;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Every file below a table that may be a data, change or deletion vector file: what Delta calls hidden, names that
/// begin with `_` or `.`, is left out, change data and partition directories excepted.
final class TableListing {

    private static final String CHANGE_DATA = "_change_data";

    private TableListing() {}

    /// @param cutoff by the store's clock: younger files are left out
    /// @param sink takes each file as it is listed
    /// @return the directories that were looked into
    static long read(TableSnapshot table, Storage storage, Instant cutoff, EntrySink sink) throws IOException {
        Set<String> partitions = new HashSet<>();
        for (String name : table.metadata().partitionColumns()) {
            partitions.add(name);
            table.schema().find(name).ifPresent(column -> partitions.add(column.physicalName()));
        }
        long directories = 0;
        Deque<Location> open = new ArrayDeque<>(List.of(table.location()));
        while (!open.isEmpty()) {
            directories++;
            storage.forEach(open.pop(), entry -> {
                if (isHidden(entry.name(), partitions)) {
                    return;
                }
                switch (entry.kind()) {
                    case DIRECTORY -> open.push(entry.location());
                    case FILE -> {
                        if (entry.modified().isBefore(cutoff)) {
                            sink.take(entry);
                        }
                    }
                }
            });
        }
        return directories;
    }

    /// @param file below the table
    static String relative(Location table, Location file) {
        return file.path().substring(table.path().length() + 1);
    }

    private static boolean isHidden(String name, Set<String> partitions) {
        if (!name.startsWith("_") && !name.startsWith(".")) {
            return false;
        }
        int equals = name.indexOf('=');
        return !name.equals(CHANGE_DATA) && !(equals > 0 && partitions.contains(name.substring(0, equals)));
    }
}
