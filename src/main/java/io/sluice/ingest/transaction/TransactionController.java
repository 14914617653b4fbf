package io.sluice.ingest.transaction;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.ContentCoding;
import io.sluice.api.Preconditions;
import io.sluice.api.RequestId;
import io.sluice.api.Requires;
import io.sluice.api.TableHeaders;
import io.sluice.batch.BatchHeaders;
import io.sluice.batch.BodyFormat;
import io.sluice.batch.UnknownColumns;
import io.sluice.commit.ChangeOutcome;
import io.sluice.ingest.BadRowPolicy;
import io.sluice.ingest.Batch;
import io.sluice.ingest.PartitionParameter;
import io.sluice.ingest.RowsAnswer;
import io.sluice.table.BadRow;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// One version out of many batches.
@RestController
@RequestMapping("/v1/tables/{table}/transactions")
class TransactionController {

    private static final String REPLAYED = "Idempotency-Replayed";

    private final Access access;
    private final Transactions transactions;

    TransactionController(Access access, Transactions transactions) {
        this.access = access;
        this.transactions = transactions;
    }

    /// @param expiresAt when it is given up unless it was committed
    record BegunTransaction(String id, Instant expiresAt) {}

    /// Nothing can be said about a transaction.
    record BeginRequest() {}

    /// @param files that hold the rows of this batch
    /// @param replayed whether an earlier request with the same key had brought the rows
    /// @param rejected bad rows that were skipped
    record TakenRows(long rows, int files, long bytes, boolean replayed, List<BadRow> rejected) {}

    /// @param version that has the rows of all batches
    /// @param replayed whether an earlier request had committed the transaction
    record CommittedTransaction(long version, long rows, int files, long bytes, boolean replayed) {}

    @Requires(Activity.TRANSACTION)
    @PostMapping
    ResponseEntity<BegunTransaction> begin(
            @PathVariable TableName table, @RequestBody(required = false) @Nullable BeginRequest body) {
        Transactions.Begun begun = transactions.begin(table);
        return ResponseEntity.created(URI.create("/v1/tables/" + table + "/transactions/" + begun.id()))
                .headers(TableHeaders.of(begun.version()))
                .body(new BegunTransaction(begun.id(), begun.expiresAt()));
    }

    /// Adds a batch of rows, which no reader sees before the commit. A `200` means that they are on storage.
    @Requires(Activity.TRANSACTION)
    @PostMapping("/{id}/rows")
    ResponseEntity<TakenRows> rows(
            @PathVariable TableName table,
            @PathVariable String id,
            @RequestParam(defaultValue = "reject") String onBadRow,
            @RequestParam(defaultValue = "") String partition,
            @RequestHeader(name = "Content-Type", required = false) @Nullable String contentType,
            @RequestHeader(name = "Content-Encoding", required = false) @Nullable String contentEncoding,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String key,
            HttpServletRequest request)
            throws IOException {
        var format = BodyFormat.of(contentType);
        long length = request.getContentLengthLong();
        RowsAnswer answer = transactions.rows(
                transactions.requireId(table, id),
                new Batch(
                        table,
                        format,
                        ContentCoding.of(contentEncoding),
                        request.getInputStream(),
                        length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                        policy(onBadRow),
                        UnknownColumns.REFUSED,
                        PartitionParameter.parse(partition),
                        access.within(Activity.TRANSACTION, table),
                        BatchHeaders.caller(key, null, null),
                        Optional.empty(),
                        OptionalLong.empty(),
                        String.join("\n", table.toString(), id, onBadRow, partition, format.mediaType()),
                        RequestId.of(request)));
        HttpHeaders headers = TableHeaders.of(answer.version());
        if (answer.replayed()) {
            headers.set(REPLAYED, "true");
        }
        return ResponseEntity.ok()
                .headers(headers)
                .body(new TakenRows(
                        answer.rows(), answer.files(), answer.bytes(), answer.replayed(), answer.rejected()));
    }

    /// Makes one version of all batches. Sent again, it answers the same.
    @Requires(Activity.TRANSACTION)
    @PostMapping("/{id}/commit")
    ResponseEntity<CommittedTransaction> commit(
            @PathVariable TableName table,
            @PathVariable String id,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo,
            @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
        var outcome = transactions.commit(
                table,
                transactions.requireId(table, id),
                Preconditions.onlyIfLatest(ifMatch),
                BatchHeaders.commitInfo(commitInfo));
        CommittedTransaction committed = switch (outcome) {
            case ChangeOutcome.Committed<TransactionCommit.Result>(long version, TransactionCommit.Result done) ->
                new CommittedTransaction(version, done.rows(), done.files(), done.bytes(), false);
            case ChangeOutcome.Untouched<TransactionCommit.Result>(long version, TransactionCommit.Result done) ->
                new CommittedTransaction(version, done.rows(), done.files(), done.bytes(), false);
            case ChangeOutcome.Replayed<TransactionCommit.Result>(
                    long version,
                    Optional<TransactionCommit.Result> first) ->
                first.map(done -> new CommittedTransaction(version, done.rows(), done.files(), done.bytes(), true))
                        .orElseGet(() -> new CommittedTransaction(version, 0, 0, 0, true));
            case ChangeOutcome.Refused<TransactionCommit.Result>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<TransactionCommit.Result> unknown ->
                throw new Failure.OutcomeUnknown().asException();
        };
        HttpHeaders headers = TableHeaders.of(committed.version());
        if (committed.replayed()) {
            headers.set(REPLAYED, "true");
        }
        return ResponseEntity.ok().headers(headers).body(committed);
    }

    /// Gives the transaction up: nothing of it was or will be visible.
    @Requires(Activity.TRANSACTION)
    @DeleteMapping("/{id}")
    ResponseEntity<Void> abort(@PathVariable TableName table, @PathVariable String id) {
        long version = transactions.abort(table, transactions.requireId(table, id));
        return ResponseEntity.noContent().headers(TableHeaders.of(version)).build();
    }

    private static BadRowPolicy policy(String onBadRow) {
        BadRowPolicy policy = BadRowPolicy.parse(onBadRow);
        if (policy == BadRowPolicy.QUARANTINE) {
            throw new Failure.BadParameter("onBadRow", "rows of a transaction are rejected or skipped").asException();
        }
        return policy;
    }
}
