package io.sluice.delta;

import io.sluice.storage.Location;
import io.sluice.table.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A table as a commit that changes its definition will leave it, before that commit: the files are those of before.
///
/// @param before what the commit is to follow
/// @param actions `protocol` and `metaData` of the commit
public record RedefinedTable(TableSnapshot before, List<Action> actions) implements TableSnapshot {

    public RedefinedTable {
        actions = List.copyOf(actions);
    }

    /// The same change of a later version, whose definition differs in marks of identity columns at most: whatever
    /// else others have changed meanwhile it would undo.
    ///
    /// @throws io.sluice.table.FailureException `protocol-changed`, `metadata-changed` when it differs in more
    public RedefinedTable on(TableSnapshot later) {
        if (!later.protocol().equals(before.protocol())) {
            throw new Failure.ProtocolChanged(later.version()).asException();
        }
        if (!later.metadata().equals(IdentityColumn.marked(before.metadata(), later.schema()))) {
            throw new Failure.MetadataChanged(later.version()).asException();
        }
        return new RedefinedTable(
                later,
                actions.stream()
                        .map(action -> action instanceof Action.Metadata metadata
                                ? IdentityColumn.marked(metadata, later.schema())
                                : action)
                        .toList());
    }

    /// The actions of a commit that makes these changes and the table's new definition; of two metadata the
    /// changes' one stands, which was made on the new definition.
    public List<Action> defining(List<Action> changes) {
        boolean defined = changes.stream().anyMatch(Action.Metadata.class::isInstance);
        return Stream.concat(
                        actions.stream().filter(action -> !(defined && action instanceof Action.Metadata)),
                        changes.stream())
                .toList();
    }

    @Override
    public Location location() {
        return before.location();
    }

    @Override
    public long version() {
        return before.version();
    }

    @Override
    public Instant timestamp() {
        return before.timestamp();
    }

    @Override
    public Action.Protocol protocol() {
        return find(Action.Protocol.class).orElseGet(before::protocol);
    }

    @Override
    public Action.Metadata metadata() {
        return find(Action.Metadata.class).orElseGet(before::metadata);
    }

    private <T extends Action> Optional<T> find(Class<T> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }

    @Override
    public ColumnMappingMode columnMappingMode() {
        return before.columnMappingMode();
    }

    @Override
    public List<DataFile> files() {
        return before.files();
    }

    @Override
    public Map<String, String> domainMetadata() {
        return before.domainMetadata();
    }

    @Override
    public Optional<Action.SetTransaction> transaction(String appId) {
        return before.transaction(appId);
    }

    @Override
    public void forEachTransaction(Consumer<Action.SetTransaction> sink) {
        before.forEachTransaction(sink);
    }
}
