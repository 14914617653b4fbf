package io.sluice.ingest;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.ContentCoding;
import io.sluice.api.Limits;
import io.sluice.api.Preconditions;
import io.sluice.api.RequestId;
import io.sluice.api.Requires;
import io.sluice.api.Served;
import io.sluice.api.TableHeaders;
import io.sluice.batch.BatchHeaders;
import io.sluice.batch.BodyFormat;
import io.sluice.batch.UnknownColumns;
import io.sluice.commit.TableCommits;
import io.sluice.compute.FilterLimits;
import io.sluice.ingest.overwrite.OverwriteDestination;
import io.sluice.ingest.overwrite.Overwriting;
import io.sluice.ingest.overwrite.Replacement;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Rows in.
@RestController
class RowsController {

    private static final String REPLAYED = "Idempotency-Replayed";

    private final Access access;
    private final RowsIngest ingest;
    private final TableCommits commits;
    private final Overwriting overwriting;
    private final FilterLimits filterLimits;

    RowsController(Access access, RowsIngest ingest, TableCommits commits, Overwriting overwriting, Limits limits) {
        this.access = access;
        this.ingest = ingest;
        this.commits = commits;
        this.overwriting = overwriting;
        this.filterLimits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// Appends a batch of rows. A `200` means that they are in the Delta log, on storage, exactly once.
    @Requires(Activity.APPEND)
    @PostMapping("/v1/tables/{table}/rows")
    ResponseEntity<RowsAnswer> append(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "append") String mode,
            @RequestParam(defaultValue = "reject") String onBadRow,
            @RequestParam(defaultValue = "false") String mergeSchema,
            @RequestParam(defaultValue = "") String partition,
            @RequestParam(defaultValue = "") String replaceWhere,
            @RequestHeader(name = "Content-Type", required = false) @Nullable String contentType,
            @RequestHeader(name = "Content-Encoding", required = false) @Nullable String contentEncoding,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            @RequestHeader(name = "Sluice-Producer", required = false) @Nullable String producer,
            @RequestHeader(name = "Sluice-Sequence", required = false) @Nullable String sequence,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
            HttpServletRequest request)
            throws IOException {
        Optional<Replacement> replacement = replacement(mode, replaceWhere);
        if (replacement.isPresent()) {
            access.require(Activity.OVERWRITE, table);
        }
        UnknownColumns unknownColumns = UnknownColumns.ofMergeSchema(mergeSchema);
        if (unknownColumns == UnknownColumns.ADDED) {
            requireWhole(table);
        }
        BadRowPolicy badRows = BadRowPolicy.parse(onBadRow);
        if (badRows == BadRowPolicy.QUARANTINE) {
            access.requireName(Activity.APPEND, Quarantine.of(table));
        }
        var format = BodyFormat.of(contentType);
        long length = request.getContentLengthLong();
        var batch = new Batch(
                table,
                format,
                ContentCoding.of(contentEncoding),
                request.getInputStream(),
                length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                badRows,
                unknownColumns,
                PartitionParameter.parse(partition),
                access.within(Activity.APPEND, table),
                BatchHeaders.caller(key, producer, sequence),
                BatchHeaders.commitInfo(commitInfo),
                Preconditions.onlyIfLatest(ifMatch),
                String.join("\n", table.toString(), mode, onBadRow, partition, format.mediaType())
                        + (replaceWhere.isEmpty() ? "" : "\n" + replaceWhere)
                        + (mergeSchema.equals("true") ? "\nmergeSchema" : ""),
                RequestId.of(request));
        RowsAnswer answer = replacement.isEmpty()
                ? ingest.append(batch)
                : ingest.take(batch, new OverwriteDestination(commits, overwriting, replacement.get()));
        Served.rows(answer.rows());
        HttpHeaders headers = TableHeaders.of(answer.version());
        if (answer.replayed()) {
            headers.set(REPLAYED, "true");
        }
        return ResponseEntity.ok().headers(headers).body(answer);
    }

    /// New columns are columns of the whole table.
    private void requireWhole(TableName table) {
        access.require(Activity.ALTER, table);
        if (!access.within(Activity.APPEND, table).isNone()) {
            throw new Failure.Restricted(
                            table, "The caller's grant is for parts of " + table + ", so columns cannot be added.")
                    .asException();
        }
    }

    /// Which rows the batch takes the place of; none for an append.
    private Optional<Replacement> replacement(String mode, String replaceWhere) {
        if (!replaceWhere.isEmpty() && !mode.equals("overwrite")) {
            throw new Failure.BadParameter("replaceWhere", "it goes with mode=overwrite").asException();
        }
        return switch (mode) {
            case "append" -> Optional.empty();
            case "overwrite" ->
                Optional.of(
                        replaceWhere.isEmpty()
                                ? new Replacement.Everything()
                                : new Replacement.Where(replaceWhere, filterLimits));
            case "overwrite-partitions" -> Optional.of(new Replacement.Partitions());
            default ->
                throw new Failure.BadParameter("mode", "it is append, overwrite or overwrite-partitions").asException();
        };
    }
}
