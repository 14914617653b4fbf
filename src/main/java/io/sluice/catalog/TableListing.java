package io.sluice.catalog;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Which tables there are, in the order of their names: directories below the root with a log, and registered ones.
final class TableListing {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final Storages storages;
    private final Registrations registrations;

    TableListing(Storages storages, Registrations registrations) {
        this.storages = storages;
        this.registrations = registrations;
    }

    /// @param more whether there are tables after the last one
    record Page(List<TableName> tables, boolean more) {}

    /// @param schema only of this one
    /// @param after only behind this one
    /// @param wanted what else is asked of a name
    Page list(Optional<String> schema, Optional<TableName> after, int limit, Predicate<TableName> wanted) {
        TreeSet<TableName> found = new TreeSet<>();
        registrations.all().forEach((name, location) -> {
            if (wanted.test(name)
                    && storages.isAllowed(location)
                    && schema.filter(only -> !only.equals(name.schema())).isEmpty()
                    && after.filter(last -> name.compareTo(last) <= 0).isEmpty()) {
                found.add(name);
            }
        });
        try {
            found.addAll(managed(schema, after, limit + 1, wanted));
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
        return new Page(found.stream().limit(limit).toList(), found.size() > limit);
    }

    private Set<TableName> managed(
            Optional<String> schema, Optional<TableName> after, int limit, Predicate<TableName> wanted)
            throws IOException {
        TreeSet<TableName> found = new TreeSet<>();
        for (String directory : schemas(schema, after)) {
            String startAt = after.filter(last -> last.schema().equals(directory))
                    .map(TableName::table)
                    .orElse("");
            for (FileEntry entry : storage().list(storages.root().resolve(directory), startAt)) {
                if (isSegment(entry)
                        && isAfter(entry.name(), startAt)
                        && wanted.test(new TableName(directory, entry.name()))
                        && hasLog(entry.location())) {
                    found.add(new TableName(directory, entry.name()));
                    if (found.size() == limit) {
                        return found;
                    }
                }
            }
        }
        return found;
    }

    private List<String> schemas(Optional<String> schema, Optional<TableName> after) throws IOException {
        if (schema.isPresent()) {
            return schema.filter(TableName::isSegment).stream().toList();
        }
        return storage().list(storages.root(), after.map(TableName::schema).orElse("")).stream()
                .filter(TableListing::isSegment)
                .map(FileEntry::name)
                .toList();
    }

    private boolean hasLog(Location table) throws IOException {
        return storage().find(table.resolve(Catalog.LOG_DIRECTORY)).isPresent();
    }

    private static boolean isAfter(String name, String startAt) {
        return startAt.isEmpty() || name.compareTo(startAt) > 0;
    }

    private static boolean isSegment(FileEntry entry) {
        return entry.kind() == FileEntry.Kind.DIRECTORY && TableName.isSegment(entry.name());
    }

    private Storage storage() {
        return storages.of(storages.root());
    }
}
