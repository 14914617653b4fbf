package io.sluice.query;

import io.sluice.compute.Question.Position;
import io.sluice.delta.DataFile;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/// Where a page begins, as a page token says it: `o:<rows before>`, or `r:<row>:<hash of the file's path in the log>`.
///
/// A file is not named by its number, which may differ between replicas, nor by its path, which may tell partition
/// values.
final class PagePosition {

    private static final int HASH_BYTES = 12;

    private PagePosition() {}

    static String text(Position position, List<DataFile> files) {
        return switch (position) {
            case Position.Offset(long rows) -> "o:" + rows;
            case Position.Row(int file, long row) -> "r:" + row + ":" + hash(files.get(file));
        };
    }

    /// @throws FailureException `bad-parameter` when the text is no place in these files
    static Position read(String text, List<DataFile> files) {
        String[] parts = text.split(":", 3);
        try {
            if (parts.length == 2 && parts[0].equals("o")) {
                return new Position.Offset(natural(parts[1]));
            }
            if (parts.length == 3 && parts[0].equals("r")) {
                for (int i = 0; i < files.size(); i++) {
                    if (hash(files.get(i)).equals(parts[2])) {
                        return new Position.Row(i, natural(parts[1]));
                    }
                }
            }
        } catch (NumberFormatException e) {
            throw foreign();
        }
        throw foreign();
    }

    private static String hash(DataFile file) {
        try {
            byte[] path = file.add().path().getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(path), 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long natural(String text) {
        long number = Long.parseLong(text);
        if (number < 0) {
            throw new NumberFormatException();
        }
        return number;
    }

    private static FailureException foreign() {
        return new Failure.BadParameter("pageToken", "it was not made for this request").asException();
    }
}
