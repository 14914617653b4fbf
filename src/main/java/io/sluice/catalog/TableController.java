package io.sluice.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.ForCallers;
import io.sluice.api.Limits;
import io.sluice.api.NewestVersions;
import io.sluice.api.PageToken;
import io.sluice.api.Preconditions;
import io.sluice.api.Requires;
import io.sluice.api.TableHeaders;
import io.sluice.batch.BatchHeaders;
import io.sluice.catalog.convert.Conversion;
import io.sluice.catalog.definition.ExistingRows;
import io.sluice.catalog.definition.TableRules;
import io.sluice.commit.TableCommits;
import io.sluice.compute.RuleProbe;
import io.sluice.compute.ScanReader;
import io.sluice.datafile.TableScans;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Tables as resources: create, register, list, show, alter, drop.
@RestController
@RequestMapping("/v1/tables")
class TableController {

    private static final String TOKEN_KIND = "tables";
    private static final int MAXIMUM_PAGE = 1000;

    private final Access access;
    private final Catalog catalog;
    private final TableListing listing;
    private final TableCreation creation;
    private final TableAlteration alteration;
    private final TableDrop drop;
    private final NewestVersions versions;

    TableController(
            Access access,
            Catalog catalog,
            NewestVersions versions,
            Storages storages,
            Snapshots snapshots,
            TableCommits commits,
            RuleProbe probe,
            TableScans scans,
            ScanReader reader,
            Conversion conversion,
            Limits limits) {
        var rules = new TableRules(probe, Clock.systemUTC());
        this.access = access;
        this.catalog = catalog;
        this.versions = versions;
        this.listing = new TableListing(storages, catalog.registrations());
        this.creation = new TableCreation(catalog, storages, commits, rules, conversion, limits.columns());
        this.alteration = new TableAlteration(
                catalog, commits, rules, new ExistingRows(scans, reader, rules, limits.queryTime()), limits.columns());
        this.drop = new TableDrop(storages, snapshots, commits, catalog);
    }

    record ListedTable(String name) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TablePage(List<ListedTable> tables, @Nullable String nextPageToken) {}

    @ForCallers("create and register, of the name in the body")
    @PostMapping
    ResponseEntity<TableView> create(@RequestBody CreateTable body) {
        access.requireName(
                body.location() == null ? Activity.CREATE : Activity.REGISTER, TableCreation.name(body.name()));
        TableName name = creation.create(body);
        TableSnapshot snapshot = catalog.snapshot(name, AsOf.latest());
        return ResponseEntity.created(URI.create("/v1/tables/" + name))
                .headers(TableHeaders.of(snapshot.version()))
                .body(TableView.of(name, snapshot, Restriction.NONE));
    }

    @ForCallers("which tables the caller may see")
    @GetMapping
    TablePage list(
            @RequestParam(required = false) @Nullable String schema,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String pageToken) {
        if (limit < 1 || limit > MAXIMUM_PAGE) {
            throw new Failure.BadParameter("limit", "it must be between 1 and " + MAXIMUM_PAGE).asException();
        }
        String question = schema == null ? "" : schema;
        Optional<TableName> after = Optional.ofNullable(pageToken)
                .map(token -> PageToken.decode(token, TOKEN_KIND, question).position())
                .map(TableName::parse);
        TableListing.Page page = listing.list(Optional.ofNullable(schema), after, limit, access::sees);
        List<ListedTable> tables = page.tables().stream()
                .map(name -> new ListedTable(name.toString()))
                .toList();
        return new TablePage(
                tables, page.more() ? nextPage(question, tables.getLast().name()) : null);
    }

    @Requires(Activity.SHOW)
    @GetMapping("/{table}")
    ResponseEntity<TableView> show(
            @PathVariable TableName table,
            AsOf asOf,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch) {
        TableSnapshot snapshot = catalog.snapshot(table, asOf);
        HttpHeaders headers = TableHeaders.of(snapshot.version());
        return Preconditions.isNotModified(ifNoneMatch, snapshot.version())
                ? ResponseEntity.status(HttpStatus.NOT_MODIFIED)
                        .headers(headers)
                        .build()
                : ResponseEntity.ok()
                        .headers(headers)
                        .body(TableView.of(table, snapshot, access.within(Activity.SHOW, table)));
    }

    /// Whoever may alter the whole definition is shown it.
    @Requires(Activity.ALTER)
    @PatchMapping("/{table}")
    ResponseEntity<TableView> alter(
            @PathVariable TableName table,
            @RequestBody AlterTable body,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = "Sluice-Commit-Info", required = false) @Nullable String commitInfo) {
        TableSnapshot snapshot =
                alteration.alter(table, body, Preconditions.onlyIfLatest(ifMatch), BatchHeaders.commitInfo(commitInfo));
        return ResponseEntity.ok()
                .headers(TableHeaders.of(snapshot.version()))
                .body(TableView.of(table, snapshot, Restriction.NONE));
    }

    @Requires(Activity.DROP)
    @DeleteMapping("/{table}")
    ResponseEntity<Void> drop(
            @PathVariable TableName table,
            @RequestParam(defaultValue = "false") String purge,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        OptionalLong last = versions.find(table);
        drop.drop(table, files(purge), Preconditions.onlyIfLatest(ifMatch));
        return ResponseEntity.noContent()
                .headers(last.isPresent() ? TableHeaders.of(last.getAsLong()) : HttpHeaders.EMPTY)
                .build();
    }

    /// Spring's own booleans would take `yes`, `on` and `1`: too many words for what deletes files.
    private static TableDrop.Files files(String purge) {
        return switch (purge) {
            case "true" -> TableDrop.Files.PURGE;
            case "false" -> TableDrop.Files.KEEP;
            default -> throw new Failure.BadParameter("purge", "it is true or false").asException();
        };
    }

    private static String nextPage(String question, String last) {
        return new PageToken(TOKEN_KIND, -1, question, last).encode();
    }
}
