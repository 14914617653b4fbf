package io.sluice.commit.log;

import io.sluice.delta.Action;
import io.sluice.delta.LogEntryCodec;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.table.FailureException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;

/// The first line of a log entry: where Sluice, as Delta's own writers do, puts its `commitInfo`.
public final class FirstLine {

    /// Far above what a group of the largest size leaves; a foreign line beyond it is none of ours.
    private static final int LIMIT_BYTES = 16 << 20;

    private static final int BUFFER_BYTES = 8 << 10;

    /// Without its line end; the whole content when there is none.
    private final byte[] text;

    private FirstLine(byte[] text) {
        this.text = text;
    }

    /// @throws java.nio.file.NoSuchFileException when the entry is not there
    public static FirstLine read(Storage storage, Location file) throws IOException {
        try (InputStream in = storage.open(file, 0)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream(BUFFER_BYTES);
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0 && line.size() < LIMIT_BYTES; read = in.read(buffer)) {
                for (int at = 0; at < read; at++) {
                    if (buffer[at] == '\n') {
                        line.write(buffer, 0, at);
                        return new FirstLine(line.toByteArray());
                    }
                }
                line.write(buffer, 0, read);
            }
            return new FirstLine(line.toByteArray());
        }
    }

    /// The provenance on this line; none where another action stands here or the line is not an action.
    public Optional<Action.CommitInfo> commitInfo(long version) {
        try {
            return LogEntryCodec.decode(version, Instant.EPOCH, text).commitInfo();
        } catch (FailureException notAnAction) {
            return Optional.empty();
        }
    }

    /// Whether these bytes may be the beginning of this content: what a store shows while it is still receiving
    /// it.
    boolean mayBeginOf(byte[] content) {
        if (text.length > content.length) {
            return false;
        }
        for (int at = 0; at < text.length; at++) {
            if (text[at] != content[at]) {
                return false;
            }
        }
        return true;
    }
}
