package io.sluice.query;

import io.sluice.table.AsOf;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// What `GET …/rows` and `GET …/count` may say; an absent parameter is the empty text.
///
/// @param within what the caller may read
record RowsRequest(
        TableName table,
        AsOf asOf,
        String select,
        String where,
        String orderBy,
        String limit,
        String pageToken,
        String partition,
        String shard,
        String includeDeleted,
        Restriction within) {

    /// Of everything that decides which rows come in which order; pages of one answer share it.
    String fingerprint() {
        String question =
                String.join("\u0000", table.toString(), select, where, orderBy, partition, shard, includeDeleted);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(question.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
