package io.sluice.ingest;

import io.sluice.api.ContentCoding;
import io.sluice.batch.BatchHeaders;
import io.sluice.batch.UnknownColumns;
import io.sluice.compute.RowFormat;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A request to append rows, its parameters checked and its body unread.
///
/// @param announcedBytes of the body on the wire, where the client said so
/// @param unknownColumns `mergeSchema`
/// @param partition texts of partition values given once for all rows, by column; empty for null
/// @param within what the caller may append
/// @param onlyIfLatest version that must still be the latest one
/// @param fingerprintSeed what beside the body makes the request what it is
public record Batch(
        TableName table,
        RowFormat format,
        ContentCoding coding,
        InputStream body,
        OptionalLong announcedBytes,
        BadRowPolicy policy,
        UnknownColumns unknownColumns,
        Map<String, Optional<String>> partition,
        Restriction within,
        BatchHeaders.Caller caller,
        Optional<String> commitInfo,
        OptionalLong onlyIfLatest,
        String fingerprintSeed,
        String requestId) {}
