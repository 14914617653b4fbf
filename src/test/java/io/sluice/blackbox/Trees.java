package io.sluice.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Directories as a whole.
final class Trees {

    private Trees() {}

    static void copy(Path from, Path to) {
        for (Path source : all(from)) {
            Path target = to.resolve(from.relativize(source).toString());
            try {
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
                    target.toFile().setWritable(true);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static void delete(Path directory) {
        all(directory).stream()
                .sorted(Comparator.reverseOrder())
                .forEach(path -> path.toFile().delete());
    }

    /// Every file below a directory with its size, by relative path: two of them are equal when nothing was
    /// written in between.
    static SortedMap<String, Long> listing(Path directory) {
        var files = new TreeMap<String, Long>();
        for (Path path : all(directory)) {
            if (Files.isRegularFile(path)) {
                files.put(directory.relativize(path).toString(), path.toFile().length());
            }
        }
        return files;
    }

    private static List<Path> all(Path directory) {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
