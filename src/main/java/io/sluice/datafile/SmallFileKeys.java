package io.sluice.datafile;

import io.sluice.delta.DataFile;
import io.sluice.storage.Location;
import io.sluice.table.Column;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// The keys of the rows of small files, which never change: many upserts leave many such files behind, and each
/// further one would read them all.
final class SmallFileKeys {

    private static final long SMALL_ROWS = 4096;
    private static final long SMALL_BYTES = 1 << 20;
    private static final long MOST_BYTES = 32L << 20;
    private static final long BYTES_OF_A_KEY = 80;

    /// @param modified as the log says: a table that was made anew in the same place may use a name again
    private record Id(Location file, long sizeBytes, long modified, List<String> columns) {}

    private record Keys(List<Optional<List<Object>>> rows, long bytes) {}

    private final Map<Id, Keys> known = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    static boolean isSmall(DataFile file) {
        OptionalLong rows = file.statistics().numRecords();
        return rows.isPresent() && rows.getAsLong() <= SMALL_ROWS && file.add().size() <= SMALL_BYTES;
    }

    /// Row by row, those that are deleted too.
    synchronized Optional<List<Optional<List<Object>>>> find(DataFile file, List<Column> columns) {
        return Optional.ofNullable(known.get(id(file, columns))).map(Keys::rows);
    }

    synchronized void remember(DataFile file, List<Column> columns, List<Optional<List<Object>>> rows) {
        var keys = new Keys(List.copyOf(rows), bytes(rows));
        Keys before = known.put(id(file, columns), keys);
        bytes += keys.bytes - (before == null ? 0 : before.bytes);
        var eldest = known.values().iterator();
        while (bytes > MOST_BYTES) {
            bytes -= eldest.next().bytes;
            eldest.remove();
        }
    }

    private static Id id(DataFile file, List<Column> columns) {
        return new Id(
                file.location(),
                file.add().size(),
                file.add().modificationTime(),
                columns.stream().map(Column::physicalName).toList());
    }

    private static long bytes(List<Optional<List<Object>>> rows) {
        long bytes = 0;
        for (Optional<List<Object>> row : rows) {
            for (Object part : row.orElse(List.of())) {
                bytes += BYTES_OF_A_KEY + (part instanceof ByteBuffer text ? text.remaining() : 0);
            }
        }
        return bytes + BYTES_OF_A_KEY;
    }
}
