package io.sluice.change;

import io.sluice.answer.ColumnPath;
import io.sluice.api.Limits;
import io.sluice.batch.Fingerprint;
import io.sluice.batch.UnknownColumns;
import io.sluice.catalog.Catalog;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.change.BatchRows;
import io.sluice.compute.change.RowSource;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
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

    private final Catalog catalog;
    private final BatchReader reader;
    private final TableChanges changes;
    private final FilterLimits limits;

    UpsertController(Catalog catalog, BatchReader reader, TableChanges changes, Limits limits) {
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
            Map<String, Long> metrics) {}

    /// Updates the rows that have the key of a row of the batch and inserts the others.
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
        Upload upload =
                Upload.of(contentType, contentEncoding, request.getInputStream(), request.getContentLengthLong());
        TableSnapshot snapshot = catalog.snapshot(table, AsOf.latest());
        Features.requireAppendable(snapshot);
        List<String> columns = key(key, snapshot.schema());
        var fingerprint = new Fingerprint(String.join(
                        "\n",
                        "upsert",
                        table.toString(),
                        key,
                        dedupe,
                        deleteWhen,
                        upload.format().mediaType())
                + (unknown == UnknownColumns.ADDED ? "\nmergeSchema" : ""));
        Optional<String> deletes = deleteWhen.isBlank() ? Optional.empty() : Optional.of(deleteWhen);
        var changed = reader.read(
                upload,
                snapshot,
                unknown,
                fingerprint,
                (redefined, rows) -> duplicates == RowSource.Duplicates.REFUSED
                                && redefined.isEmpty()
                                && deletes.isEmpty()
                                && rows instanceof BatchRows.Kept(List<RowBatch> batches)
                                && isSmall(batches)
                        ? changes.upsert(
                                new UpsertGroup(changes, table, columns, snapshot.schema(), limits),
                                headers,
                                snapshot,
                                fingerprint.hex(),
                                batches)
                        : changes.change(
                                table,
                                headers,
                                Optional.of(snapshot),
                                fingerprint.hex(),
                                new UpsertPlan(redefined, columns, duplicates, deletes, rows, List.of(), limits)));
        ChangeResult result = changed.result();
        return RowsChangeController.answer(
                changed,
                new UpsertAnswer(
                        changed.version(),
                        result.inserted(),
                        result.updated(),
                        result.deleted(),
                        result.dropped(),
                        changed.replayed(),
                        result.metrics()));
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
