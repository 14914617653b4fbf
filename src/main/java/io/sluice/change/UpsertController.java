package io.sluice.change;

import io.sluice.access.Access;
import io.sluice.answer.ColumnPath;
import io.sluice.api.Activity;
import io.sluice.api.Limits;
import io.sluice.api.Requires;
import io.sluice.batch.Fingerprint;
import io.sluice.batch.UnknownColumns;
import io.sluice.catalog.Catalog;
import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowRules;
import io.sluice.compute.TablePart;
import io.sluice.compute.change.BatchRows;
import io.sluice.compute.change.RowSource;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Restriction;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Rows that update those with their key, or are inserted.
@RestController
class UpsertController {

    private final Access access;
    private final Catalog catalog;
    private final BatchReader reader;
    private final TableChanges changes;
    private final FilterLimits limits;
    private final Clock clock = Clock.systemUTC();

    UpsertController(Access access, Catalog catalog, BatchReader reader, TableChanges changes, Limits limits) {
        this.access = access;
        this.catalog = catalog;
        this.reader = reader;
        this.changes = changes;
        this.limits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// @param deleted rows that a row of the batch deleted
    /// @param dropped rows of the batch that would have deleted one, and had none
    record UpsertAnswer(
            long version,
            long inserted,
            long updated,
            long deleted,
            long dropped,
            boolean replayed,
            Map<String, Long> metrics) {

        static UpsertAnswer of(TableChanges.Changed changed) {
            ChangeResult result = changed.result();
            return new UpsertAnswer(
                    changed.version(),
                    result.inserted(),
                    result.updated(),
                    result.deleted(),
                    result.dropped(),
                    changed.replayed(),
                    result.metrics());
        }
    }

    /// Updates the rows that have the key of a row of the batch and inserts the others.
    @Requires(Activity.UPSERT)
    @PostMapping("/v1/tables/{table}/upsert")
    ResponseEntity<UpsertAnswer> upsert(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "") String key,
            @RequestParam(defaultValue = "reject") String dedupe,
            @RequestParam(defaultValue = "") String deleteWhen,
            @RequestParam(defaultValue = "false") String mergeSchema,
            @RequestHeader(name = "Content-Type", required = false) @Nullable String contentType,
            @RequestHeader(name = "Content-Encoding", required = false) @Nullable String contentEncoding,
            @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String idempotencyKey,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            HttpServletRequest request)
            throws IOException {
        ChangeHeaders headers = ChangeHeaders.of(idempotencyKey, commitInfo, ifMatch);
        RowSource.Duplicates duplicates = duplicates(dedupe);
        UnknownColumns unknown = UnknownColumns.ofMergeSchema(mergeSchema);
        if (unknown == UnknownColumns.ADDED) {
            access.require(Activity.ALTER, table);
        }
        Upload upload =
                Upload.of(contentType, contentEncoding, request.getInputStream(), request.getContentLengthLong());
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        Fingerprint fingerprint = fingerprint(table, key, dedupe, deleteWhen, upload, unknown);
        if (changes.knows(snapshot, headers)) {
            return again(snapshot, headers, upload, fingerprint);
        }
        Features.requireAppendable(snapshot);
        Restriction within = access.within(Activity.UPSERT, table);
        TablePart part = TablePart.of(within, table, snapshot.schema(), limits);
        List<String> columns = key(key, part.visible());
        if (!within.isNone()) {
            requireWithin(part, table, snapshot, columns, unknown);
        }
        Optional<String> deletes = deleteWhen.isBlank() ? Optional.empty() : Optional.of(deleteWhen);
        var changed = reader.read(
                upload,
                snapshot,
                part,
                unknown,
                fingerprint,
                (redefined, rows) -> duplicates == RowSource.Duplicates.REFUSED
                                && redefined.isEmpty()
                                && deletes.isEmpty()
                                && rows instanceof BatchRows.Kept(List<RowBatch> batches)
                                && isSmall(batches)
                        ? changes.upsert(
                                new UpsertGroup(changes, table, columns, snapshot.schema(), within, limits),
                                headers,
                                snapshot,
                                fingerprint.hex(),
                                batches)
                        : changes.change(
                                table,
                                headers,
                                Optional.of(snapshot),
                                fingerprint.hex(),
                                new UpsertPlan(
                                        redefined, columns, duplicates, deletes, rows, List.of(), within, limits)));
        return RowsChangeController.answer(changed, UpsertAnswer.of(changed));
    }

    /// The answer of then: what the table is now does not matter.
    private ResponseEntity<UpsertAnswer> again(
            TableSnapshot snapshot, ChangeHeaders headers, Upload upload, Fingerprint fingerprint) throws IOException {
        reader.identify(upload, fingerprint);
        var known = changes.replayed(snapshot, headers, fingerprint.hex());
        return RowsChangeController.answer(known, UpsertAnswer.of(known));
    }

    private static Fingerprint fingerprint(
            TableName table, String key, String dedupe, String deleteWhen, Upload upload, UnknownColumns unknown) {
        var asked = List.of(
                "upsert",
                table.toString(),
                key,
                dedupe,
                deleteWhen,
                upload.format().mediaType());
        return new Fingerprint(String.join("\n", asked) + (unknown == UnknownColumns.ADDED ? "\nmergeSchema" : ""));
    }

    /// Rows that are not within could have the key of a row of the batch. Where the key decides which rows are
    /// within, none has.
    private void requireWithin(
            TablePart part, TableName table, TableSnapshot snapshot, List<String> key, UnknownColumns unknown) {
        part.requireInsertable(
                RowRules.of(snapshot.schema(), snapshot.metadata().configuration(), clock.instant()), table);
        boolean decided = part.rows().map(Filter::columns).orElse(List.of()).stream()
                .allMatch(column -> key.stream().anyMatch(column::equalsIgnoreCase));
        if (!decided) {
            throw new Failure.Restricted(
                            table,
                            "The caller's grant is for some rows of " + table
                                    + ", so the key must have every column that decides which.")
                    .asException();
        }
        if (unknown == UnknownColumns.ADDED) {
            throw new Failure.Restricted(
                            table, "The caller's grant is for parts of " + table + ", so columns cannot be added.")
                    .asException();
        }
    }

    private static boolean isSmall(List<RowBatch> rows) {
        return UpsertGroup.count(rows) <= UpsertGroup.SMALL_ROWS;
    }

    private static RowSource.Duplicates duplicates(String text) {
        return switch (text) {
            case "reject" -> RowSource.Duplicates.REFUSED;
            case "first" -> RowSource.Duplicates.FIRST_STAYS;
            case "last" -> RowSource.Duplicates.LAST_STAYS;
            default -> throw new Failure.BadParameter("dedupe", "it is reject, last or first").asException();
        };
    }

    /// The key's columns, by their names in the schema.
    private static List<String> key(String text, Schema schema) {
        if (text.isBlank()) {
            throw new Failure.BadParameter("key", "it is required: the columns of the key, with commas between")
                    .asException();
        }
        var key = new ArrayList<String>();
        for (String name : ColumnPath.split(text, ',', "key")) {
            ColumnPath column = ColumnPath.parse(name, schema, "key");
            boolean plain = column.type() instanceof DataType.Primitive || column.type() instanceof DataType.Decimal;
            if (!plain
                    || column.type() == DataType.Primitive.VARIANT
                    || column.path().size() > 1) {
                throw new Failure.BadParameter("key", column.text() + " cannot be part of a key: it is no plain column")
                        .asException();
            }
            if (key.contains(column.text())) {
                throw new Failure.BadParameter("key", "it names a column twice").asException();
            }
            key.add(column.text());
        }
        return key;
    }
}
