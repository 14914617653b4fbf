package io.sluice.storage.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Files and directory entries that survive a power cut. POSIX: the bytes of a file and its name are made durable
/// separately.
final class DurableFiles {

    /// Puts the names in a directory on the disk.
    @FunctionalInterface
    interface Names {
        void force(Path directory) throws IOException;
    }

    /// Gives a file one more name, unless somebody has it.
    @FunctionalInterface
    interface Links {
        void create(Path link, Path existing) throws IOException;
    }

    private DurableFiles() {}

    /// Makes a file that is not there yet, with its bytes on the disk.
    static void write(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /// Puts the bytes of a file, or the names in a directory, on the disk.
    static void force(Path fileOrDirectory) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrDirectory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
