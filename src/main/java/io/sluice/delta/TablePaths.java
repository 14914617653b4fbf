package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// Where the paths of a table's log lead: below the table, or for absolute ones (shallow clones) to an allowed
/// location; nowhere else.
final class TablePaths {

    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:.*", Pattern.DOTALL);

    private final Location table;
    private final Storages storages;

    TablePaths(Location table, Storages storages) {
        this.table = table;
        this.storages = storages;
    }

    /// @param path of an `add`, `remove` or deletion vector: a percent-encoded relative path or URI
    /// @throws io.sluice.table.FailureException `table-corrupt` when it leads elsewhere
    Location resolve(String path) {
        try {
            if (!path.startsWith("/") && !SCHEME.matcher(path).matches()) {
                return table.resolve(decode(path));
            }
            Location location = path.startsWith("/")
                    ? new Location(table.scheme(), table.authority(), "/").resolve(decode(path.substring(1)))
                    : Location.parse(path);
            if (location.isWithin(table) || storages.isAllowed(location)) {
                return location;
            }
        } catch (IllegalArgumentException e) {
            throw outside().asException(e);
        }
        throw outside().asException();
    }

    private static Failure outside() {
        return new Failure.TableCorrupt(
                "the log names a file that lies neither in the table nor at an allowed location");
    }

    /// Percent escapes as bytes of UTF-8; a percent sign that begins no escape stands for itself.
    static String decode(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
