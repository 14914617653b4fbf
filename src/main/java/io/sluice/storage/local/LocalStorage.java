package io.sluice.storage.local;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.Utf8Order;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A POSIX file system.
///
/// A file gets its name only when it is whole and on the disk: by a hard link, which the file system makes for one
/// caller among all processes, or by an atomic rename where replacing is asked for. The directory is forced before a
/// method returns. Names that start with a dot and end in `.tmp` are files on their way; Delta readers ignore them.
public final class LocalStorage implements Storage {

    private static final Set<String> NETWORK_FILE_SYSTEMS = Set.of("nfs", "nfs4");

    private final StagingDirectory staging;
    private final DurableFiles.Names names;
    private final DurableFiles.Links links;
    private final DurableDirectories directories;

    public LocalStorage(StagingDirectory staging) {
        this(staging, DurableFiles::force);
    }

    LocalStorage(StagingDirectory staging, DurableFiles.Names names) {
        this(staging, names, Files::createLink);
    }

    LocalStorage(StagingDirectory staging, DurableFiles.Names names, DurableFiles.Links links) {
        this.staging = staging;
        this.names = names;
        this.links = links;
        this.directories = new DurableDirectories(names);
    }

    /// Told by trying: the system reports a link that it cannot make as an error of no type.
    @Override
    public Optional<String> whyUnsafe(Location directory) throws IOException {
        Path below = path(directory);
        Files.createDirectories(below);
        if (NETWORK_FILE_SYSTEMS.contains(Files.getFileStore(below).type())) {
            return Optional.of("A network file system does not show every process the same files at the same time.");
        }
        Path file = Files.createFile(below.resolve("file"));
        try {
            links.create(below.resolve("link"), file);
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException cannot) {
            // Names can be made here, but not by links.
            Files.createFile(below.resolve("another"));
            return Optional.of("The file system has no hard links.");
        }
    }

    @Override
    public List<FileEntry> list(Location directory, String startAt) throws IOException {
        return children(directory, name -> Utf8Order.INSTANCE.compare(name, startAt) >= 0);
    }

    @Override
    public List<FileEntry> listFiles(Location directory, String startAt, String endBefore) throws IOException {
        Predicate<String> asked = name ->
                Utf8Order.INSTANCE.compare(name, startAt) >= 0 && Utf8Order.INSTANCE.compare(name, endBefore) < 0;
        return children(directory, asked).stream()
                .filter(child -> child.kind() == FileEntry.Kind.FILE)
                .toList();
    }

    /// Only children with a name that is asked for are looked at.
    private List<FileEntry> children(Location directory, Predicate<String> asked) throws IOException {
        List<String> names = new ArrayList<>();
        Path path = path(directory);
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
            for (Path child : children) {
                String name = child.getFileName().toString();
                if (asked.test(name)) {
                    names.add(name);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (FileSystemException e) {
            if (isBelowAFile(path)) {
                return List.of();
            }
            throw e;
        }
        names.sort(Utf8Order.INSTANCE);
        List<FileEntry> entries = new ArrayList<>(names.size());
        for (String name : names) {
            // Gone since the directory was read: then it is no child any more.
            find(directory.resolve(name)).ifPresent(entries::add);
        }
        return entries;
    }

    @Override
    public void forEach(Location directory, EntrySink sink) throws IOException {
        try (DirectoryStream<Path> children = Files.newDirectoryStream(path(directory))) {
            for (Path child : children) {
                Optional<FileEntry> entry =
                        find(directory.resolve(child.getFileName().toString()), LinkOption.NOFOLLOW_LINKS);
                if (entry.isPresent()) {
                    sink.take(entry.get());
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // It has no children.
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    @Override
    public Optional<FileEntry> find(Location file) throws IOException {
        return find(file, new LinkOption[0]);
    }

    /// @param links whether a link is what it leads to, or nothing
    private static Optional<FileEntry> find(Location file, LinkOption... links) throws IOException {
        Path path = path(file);
        try {
            // Many look for what is not there yet, and an exception costs more than the look.
            @Nullable
            BasicFileAttributes attributes =
                    path.getFileSystem().provider().readAttributesIfExists(path, BasicFileAttributes.class, links);
            if (attributes == null || attributes.isSymbolicLink()) {
                return Optional.empty();
            }
            boolean directory = attributes.isDirectory();
            return Optional.of(new FileEntry(
                    file,
                    directory ? 0 : attributes.size(),
                    // A commit's time has milliseconds for every reader, so that it can be asked for as it is
                    // shown.
                    attributes.lastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS),
                    directory ? FileEntry.Kind.DIRECTORY : FileEntry.Kind.FILE));
        } catch (FileSystemException e) {
            if (isBelowAFile(path)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public InputStream open(Location file, long offset) throws IOException {
        FileChannel channel = FileChannel.open(path(file), StandardOpenOption.READ);
        try {
            return Channels.newInputStream(channel.position(offset));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public byte[] read(Location file) throws IOException {
        return Files.readAllBytes(path(file));
    }

    @Override
    public PutOutcome putIfAbsent(Location file, byte[] content) {
        Path temporary;
        Path target;
        try {
            target = path(file);
            if (Files.exists(target)) {
                // Saves the loser of a race a forced write; the link below is what decides.
                return new PutOutcome.AlreadyExists();
            }
            temporary = writeTemporary(target, content);
        } catch (IOException e) {
            return new PutOutcome.Refused(e);
        }
        try {
            return link(temporary, target);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private PutOutcome link(Path temporary, Path target) {
        try {
            links.create(target, temporary);
        } catch (FileAlreadyExistsException e) {
            return new PutOutcome.AlreadyExists();
        } catch (IOException | UnsupportedOperationException e) {
            try {
                if (Files.notExists(target)) {
                    return new PutOutcome.Refused(e);
                }
                if (!Files.isSameFile(temporary, target)) {
                    return new PutOutcome.AlreadyExists();
                }
            } catch (IOException unreadable) {
                e.addSuppressed(unreadable);
                return new PutOutcome.Undecided(e);
            }
        }
        try {
            names.force(directoryOf(target));
            return new PutOutcome.Created();
        } catch (IOException e) {
            return new PutOutcome.Undecided(e);
        }
    }

    /// The bytes were forced before the file got its name, so the name is all that may be missing.
    @Override
    public void makeDurable(Location file) throws IOException {
        names.force(directoryOf(path(file)));
    }

    @Override
    public void put(Location file, byte[] content) throws IOException {
        Path target = path(file);
        Path temporary = writeTemporary(target, content);
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            deleteQuietly(temporary);
        }
        names.force(directoryOf(target));
    }

    @Override
    public void store(Path staged, Location target) throws IOException {
        Path path = path(target);
        Path directory = directoryOf(path);
        directories.make(directory);
        DurableFiles.force(staged);
        try {
            // A rename would replace what is there.
            links.create(path, staged);
        } catch (FileAlreadyExistsException | NoSuchFileException | AccessDeniedException e) {
            throw e;
        } catch (FileSystemException e) {
            copyAcrossFileSystems(staged, path, e);
        }
        names.force(directory);
        Files.delete(staged);
    }

    private void copyAcrossFileSystems(Path staged, Path target, FileSystemException linkFailure) throws IOException {
        if (Files.getFileStore(staged).equals(Files.getFileStore(directoryOf(target)))) {
            throw linkFailure;
        }
        Path temporary = temporaryFor(target);
        try {
            Files.copy(staged, temporary);
            DurableFiles.force(temporary);
            links.create(target, temporary);
        } finally {
            deleteQuietly(temporary);
        }
    }

    @Override
    public Path stagingDirectory() throws IOException {
        return staging.path();
    }

    @Override
    public void delete(Location file) throws IOException {
        Path path = path(file);
        try {
            Files.deleteIfExists(path);
        } catch (FileSystemException e) {
            if (!isBelowAFile(path)) {
                throw e;
            }
        }
    }

    @Override
    public void deleteTree(Location directory) throws IOException {
        Path path = path(directory);
        if (path.getParent() == null) {
            throw new IllegalArgumentException("The root of a file system is never deleted.");
        }
        try {
            Trees.delete(path);
        } finally {
            directories.forget();
        }
    }

    private Path writeTemporary(Path target, byte[] content) throws IOException {
        Path directory = directoryOf(target);
        if (!directories.contains(directory)) {
            directories.make(directory);
        }
        Path temporary = temporaryFor(target);
        try {
            try {
                DurableFiles.write(temporary, content);
            } catch (NoSuchFileException deleted) {
                directories.make(directory);
                DurableFiles.write(temporary, content);
            }
        } catch (IOException e) {
            deleteQuietly(temporary);
            throw e;
        }
        return temporary;
    }

    private static Path temporaryFor(Path target) {
        return target.resolveSibling("." + UUID.randomUUID() + ".tmp");
    }

    private static Path directoryOf(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent == null) {
            throw new FileSystemException(file.toString(), null, "the root is no file");
        }
        return parent;
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // It is ignored by every reader; the outcome of what it was made for matters more.
        }
    }

    /// The system reports a path below a file (`ENOTDIR`) as an error of no type; nothing can be there.
    private static boolean isBelowAFile(Path path) {
        for (Path above = path.getParent(); above != null; above = above.getParent()) {
            if (Files.isRegularFile(above)) {
                return true;
            }
        }
        return false;
    }

    private static Path path(Location location) throws IOException {
        try {
            return location.toPath();
        } catch (InvalidPathException e) {
            // The process runs in a locale that has no such characters (LC_ALL=C).
            throw new FileSystemException(location.toString(), null, "the system's character set has no such name");
        }
    }
}
