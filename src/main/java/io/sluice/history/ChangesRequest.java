package io.sluice.history;

import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What `GET …/changes` may say; an absent parameter is the empty text.
///
/// @param within what the caller may read
record ChangesRequest(
        TableName table,
        String fromVersion,
        String toVersion,
        String fromTimestamp,
        String toTimestamp,
        String initialSnapshot,
        String select,
        String where,
        String limit,
        String pageToken,
        Restriction within) {

    /// The same of the versions after one, whatever it said about where to begin.
    ChangesRequest after(long version) {
        return new ChangesRequest(
                table,
                Long.toString(version + 1),
                toVersion,
                "",
                toTimestamp,
                "",
                select,
                where,
                limit,
                pageToken,
                within);
    }

    /// Of everything that decides which rows come in which order; pages of one answer share it.
    String fingerprint() {
        String question = String.join(
                "\u0000",
                table.toString(),
                fromVersion,
                toVersion,
                fromTimestamp,
                toTimestamp,
                initialSnapshot,
                select,
                where);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
