package io.sluice.maintenance.vacuum;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Files that a vacuum found, in a file of their own on the scratch disk: there may be more of them than fit into
/// memory.
final class Candidates implements AutoCloseable {

    private final Path spool;
    private final DataOutputStream output;
    private long count;
    private long bytes;

    /// @param spool a file that is not there
    Candidates(Path spool) throws IOException {
        this.spool = spool;
        Files.createDirectories(spool.toAbsolutePath().getParent());
        this.output = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(spool), 1 << 16));
    }

    /// @param path relative to the table
    record Candidate(String path, long bytes) {}

    void add(Candidate candidate) throws IOException {
        byte[] path = candidate.path().getBytes(StandardCharsets.UTF_8);
        output.writeInt(path.length);
        output.write(path);
        output.writeLong(candidate.bytes());
        count++;
        bytes += candidate.bytes();
    }

    long count() {
        return count;
    }

    long bytes() {
        return bytes;
    }

    /// Takes some of them.
    @FunctionalInterface
    interface Work {
        void on(List<Candidate> some) throws IOException;
    }

    /// All but those that are needed after all, so many at a time.
    void forEach(Set<String> needed, int atOnce, Work work) throws IOException {
        output.flush();
        var some = new ArrayList<Candidate>(atOnce);
        try (var input = new DataInputStream(new BufferedInputStream(Files.newInputStream(spool), 1 << 16))) {
            for (long i = 0; i < count; i++) {
                byte[] path = input.readNBytes(input.readInt());
                var candidate = new Candidate(new String(path, StandardCharsets.UTF_8), input.readLong());
                if (!needed.contains(candidate.path())) {
                    some.add(candidate);
                }
                if (some.size() == atOnce) {
                    work.on(List.copyOf(some));
                    some.clear();
                }
            }
        }
        if (!some.isEmpty()) {
            work.on(List.copyOf(some));
        }
    }

    @Override
    public void close() throws IOException {
        output.close();
        Files.deleteIfExists(spool);
    }
}
