package io.sluice.access.grant;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file of keys and grants, read again when its content changes. A new content that cannot be used leaves the old
/// one in force, and [#fault] says so.
///
/// The content is compared, not the time: Kubernetes swaps a symbolic link, and clocks may stand still.
public final class AccessFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccessFile.class);
    private static final long MOST_BYTES = 8 << 20;

    private final Path path;
    private byte[] content;
    private volatile AccessRules rules;
    private volatile Optional<String> fault = Optional.empty();

    /// @throws BadAccessFileException when it cannot be used
    public AccessFile(Path path) throws BadAccessFileException {
        this.path = path;
        this.content = read();
        this.rules = AccessReader.read(decoded(content));
    }

    /// What is in force.
    public AccessRules rules() {
        return rules;
    }

    /// Why the file as it is now is not in force; empty when it is.
    public Optional<String> fault() {
        return fault;
    }

    /// Looks whether the file has changed.
    public synchronized void look() {
        try {
            byte[] now = read();
            if (!Arrays.equals(now, content)) {
                rules = AccessReader.read(decoded(now));
                content = now;
                LOG.info("The keys and grants of {} have changed and are in force", path);
            }
            fault = Optional.empty();
        } catch (BadAccessFileException e) {
            String reason = "sluice.auth.file cannot be used, what it said before stays in force: " + e.getMessage();
            if (!fault.equals(Optional.of(reason))) {
                LOG.error(reason);
            }
            fault = Optional.of(reason);
        }
    }

    private byte[] read() throws BadAccessFileException {
        try {
            if (Files.size(path) > MOST_BYTES) {
                throw new BadAccessFileException("it is larger than 8 MiB");
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new BadAccessFileException("it cannot be read", e);
        }
    }

    private static String decoded(byte[] bytes) throws BadAccessFileException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadAccessFileException("it is not UTF-8", e);
        }
    }
}
