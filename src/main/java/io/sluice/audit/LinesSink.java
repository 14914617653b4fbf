package io.sluice.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// Entries as lines of JSON.
final class LinesSink implements AuditSink {

    private final JsonMapper json;
    private final Target target;

    private interface Target {
        void write(byte[] lines) throws IOException;
    }

    private LinesSink(JsonMapper json, Target target) {
        this.json = json;
        this.target = target;
    }

    static LinesSink to(OutputStream out, JsonMapper json) {
        return new LinesSink(json, lines -> {
            out.write(lines);
            out.flush();
        });
    }

    /// At the end of a file, which is opened each time: it may be moved away meanwhile.
    static LinesSink to(Path file, JsonMapper json) {
        return new LinesSink(json, lines -> {
            if (Files.notExists(file) && Files.getFileStore(parent(file)).supportsFileAttributeView("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            try (var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                ByteBuffer buffer = ByteBuffer.wrap(lines);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        });
    }

    private static Path parent(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    @Override
    public void write(List<AuditEntry> entries) throws IOException {
        var lines = new ByteArrayOutputStream();
        for (AuditEntry entry : entries) {
            lines.writeBytes(json.writeValueAsBytes(entry));
            lines.write('\n');
        }
        target.write(lines.toByteArray());
    }

    @Override
    public Pace pace() {
        return Pace.AT_ONCE;
    }
}
