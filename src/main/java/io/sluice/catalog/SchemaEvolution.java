package io.sluice.catalog;

import io.sluice.api.Limits;
import io.sluice.catalog.definition.SchemaMerge;
import io.sluice.delta.Action;
import io.sluice.delta.Features;
import io.sluice.delta.RedefinedTable;
import io.sluice.delta.TableSnapshot;
import io.sluice.delta.TableUpgrade;
import io.sluice.table.Schema;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/// `mergeSchema=true`: a table takes the columns that a batch brings, in the commit of its rows.
@Component
public class SchemaEvolution {

    private final int maximumColumns;
    private final TableUpgrade upgrade = new TableUpgrade(UUID::randomUUID);

    public SchemaEvolution(Limits limits) {
        this.maximumColumns = limits.columns();
    }

    /// The table as it must be for the batch; empty when it is that already.
    ///
    /// @throws io.sluice.table.FailureException `invalid-schema`, `unsupported-table-feature`
    public Optional<RedefinedTable> merged(TableSnapshot table, Schema batch) {
        List<Action> actions = new SchemaMerge(table, upgrade, maximumColumns).with(batch);
        if (actions.isEmpty()) {
            return Optional.empty();
        }
        Features.requireAlterable(table);
        return Optional.of(new RedefinedTable(table, actions));
    }
}
