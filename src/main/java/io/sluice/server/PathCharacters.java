package io.sluice.server;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// Warns when the locale of the process cannot name every file: then a table whose partition values are not ASCII is
/// neither written nor read on a local root.
@Component
final class PathCharacters {

    private static final Logger LOG = LoggerFactory.getLogger(PathCharacters.class);

    /// A letter of Latin 1, one beyond it, and one beyond 16 bits.
    private static final String SAMPLE = "é€𝄞";

    @EventListener
    void ready(ApplicationReadyEvent event) {
        warning(System.getProperty("sun.jnu.encoding", "")).ifPresent(LOG::warn);
    }

    /// @param encoding that the JVM uses for names of files, from `LC_ALL`, `LC_CTYPE` or `LANG`
    static Optional<String> warning(String encoding) {
        if (canEncode(encoding)) {
            return Optional.empty();
        }
        return Optional.of("Names of files are in " + encoding
                + ", which lacks characters: local files with other characters in their paths cannot be written or read."
                + " Start with LC_ALL=C.UTF-8");
    }

    private static boolean canEncode(String encoding) {
        try {
            return Charset.forName(encoding).newEncoder().canEncode(SAMPLE);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            return false;
        }
    }
}
