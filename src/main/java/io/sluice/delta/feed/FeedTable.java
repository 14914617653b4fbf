package io.sluice.delta.feed;

import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// A feed as a table: the columns of the feed are partition columns, since all rows of a file share their values.
record FeedTable(TableSnapshot end, Action.Metadata metadata, List<DataFile> files) implements TableSnapshot {

    static FeedTable of(TableSnapshot end, List<FeedFile> files) {
        Action.Metadata own = end.metadata();
        var partitionColumns = new ArrayList<>(own.partitionColumns());
        partitionColumns.addAll(FeedColumns.names());
        return new FeedTable(
                end,
                new Action.Metadata(
                        own.id(),
                        own.name(),
                        own.description(),
                        FeedColumns.of(own.schema()),
                        partitionColumns,
                        own.configuration(),
                        own.createdTime()),
                files.stream().map(FeedFile::file).toList());
    }

    @Override
    public Location location() {
        return end.location();
    }

    @Override
    public long version() {
        return end.version();
    }

    @Override
    public Instant timestamp() {
        return end.timestamp();
    }

    @Override
    public Action.Protocol protocol() {
        return end.protocol();
    }

    @Override
    public ColumnMappingMode columnMappingMode() {
        return end.columnMappingMode();
    }

    @Override
    public Map<String, String> domainMetadata() {
        return end.domainMetadata();
    }

    @Override
    public Optional<Action.SetTransaction> transaction(String appId) {
        return end.transaction(appId);
    }

    @Override
    public void forEachTransaction(Consumer<Action.SetTransaction> sink) {
        end.forEachTransaction(sink);
    }
}
