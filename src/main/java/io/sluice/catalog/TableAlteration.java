package io.sluice.catalog;

import io.sluice.api.Requester;
import io.sluice.catalog.definition.Alteration;
import io.sluice.catalog.definition.ExistingRows;
import io.sluice.catalog.definition.TableChange;
import io.sluice.catalog.definition.TableRules;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.commit.TableCommits;
import io.sluice.delta.Action;
import io.sluice.delta.Clustering;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableUpgrade;
import io.sluice.table.AsOf;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/// Turns the body of `PATCH /v1/tables/{table}` into one commit.
final class TableAlteration {

    private final Catalog catalog;
    private final TableCommits commits;
    private final TableRules rules;
    private final ExistingRows rows;
    private final int maximumColumns;
    private final TableUpgrade upgrade = new TableUpgrade(UUID::randomUUID);

    TableAlteration(Catalog catalog, TableCommits commits, TableRules rules, ExistingRows rows, int maximumColumns) {
        this.catalog = catalog;
        this.commits = commits;
        this.rules = rules;
        this.rows = rows;
        this.maximumColumns = maximumColumns;
    }

    /// What the log keeps of an alteration for a repeated request.
    record Altered() {}

    /// @return the table as it is after the changes
    /// @throws io.sluice.table.FailureException why nothing was changed, or that nobody knows
    TableSnapshot alter(TableName table, AlterTable body, OptionalLong onlyIfLatest, Optional<String> commitInfo) {
        List<TableChange> changes = body.changes() == null ? List.of() : body.changes();
        if (changes.isEmpty()) {
            throw new Failure.MalformedBody("The member changes is a list of at least one change.").asException();
        }
        TableSnapshot now = catalog.snapshot(table, AsOf.latest());
        var request = new ChangeRequest(
                table,
                now.location(),
                Optional.empty(),
                Optional.empty(),
                onlyIfLatest,
                commitInfo,
                Requester.current(),
                ChangeRequest.OnConflict.RUN_AGAIN);
        return switch (commits.change(request, new Work(changes))) {
            case ChangeOutcome.Committed<Altered>(long version, Altered _) -> at(table, version);
            case ChangeOutcome.Untouched<Altered>(long version, Altered _) -> at(table, version);
            case ChangeOutcome.Replayed<Altered>(long version, Optional<Altered> _) -> at(table, version);
            case ChangeOutcome.Refused<Altered>(Failure failure) -> throw failure.asException();
            case ChangeOutcome.Unknown<Altered>() -> throw new Failure.OutcomeUnknown().asException();
        };
    }

    private TableSnapshot at(TableName table, long version) {
        return catalog.snapshot(table, new AsOf.Version(version));
    }

    private final class Work implements ChangeWork<Altered> {

        private final List<TableChange> changes;

        Work(List<TableChange> changes) {
            this.changes = changes;
        }

        @Override
        public Preparation<Altered> prepare(TableSnapshot snapshot) {
            Features.requireAlterable(snapshot);
            var alteration = new Alteration(snapshot, Clustering.paths(snapshot), rules, upgrade, maximumColumns);
            alteration.make(changes);
            alteration.requireOf(rows);
            List<Action> actions = alteration.actions();
            if (actions.isEmpty()) {
                return new Preparation.Nothing<>(new Altered());
            }
            // Files are added again as they are live now, with ids for all of them.
            boolean isOfFiles = actions.stream().anyMatch(Action.AddFile.class::isInstance);
            List<Read> reads = alteration.asksRows() || isOfFiles ? List.of(new Read.WholeTable()) : List.of();
            return new Preparation.Change<>(alteration.operation(), reads, actions, List.of(), new Altered());
        }

        @Override
        public Class<Altered> resultType() {
            return Altered.class;
        }
    }
}
