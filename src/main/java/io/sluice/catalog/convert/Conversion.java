package io.sluice.catalog.convert;

import io.sluice.catalog.definition.SchemaRules;
import io.sluice.compute.parquet.Footer;
import io.sluice.compute.parquet.ParquetFooters;
import io.sluice.compute.parquet.StatisticsPlan;
import io.sluice.datafile.DataFilePaths;
import io.sluice.delta.Action;
import io.sluice.delta.TableSpec;
import io.sluice.storage.DataFileCache;
import io.sluice.storage.DataFileCache.DataFileRef;
import io.sluice.storage.Location;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.Schema;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What the log of a table has to say so that the Parquet files of a directory are its rows.
@Component
public class Conversion {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
    private static final int FILES_AT_A_TIME = 500;

    private final Storages storages;
    private final DataFileCache cache;
    private final ParquetFooters footers;

    public Conversion(Storages storages, DataFileCache cache, ParquetFooters footers) {
        this.storages = storages;
        this.cache = cache;
        this.footers = footers;
    }

    /// @param partitionBy the columns that the directories below the location name, in their order
    /// @throws io.sluice.table.FailureException `bad-parameter` when no files lie there; `invalid-schema` when one
    ///     is no Parquet file, columns clash, or directories are not those of the partition columns;
    ///     `storage-unavailable`
    public TableSpec of(
            Location location,
            List<Column> partitionBy,
            Map<String, String> properties,
            Optional<String> comment,
            int maximumColumns) {
        try {
            List<ParquetDirectory.Found> files = ParquetDirectory.list(storages.of(location), location);
            var partitions = new HivePartitions(partitionBy);
            List<Map<String, @Nullable String>> values =
                    files.stream().map(partitions::of).toList();
            List<Footer> read = footers(files);
            Schema schema = schema(files, read, partitionBy);
            List<String> names = partitionBy.stream().map(Column::name).toList();
            new SchemaRules(schema, properties, maximumColumns).check(names, List.of());
            var plan = StatisticsPlan.of(schema, names, properties, List.of());
            var adds = new ArrayList<Action.AddFile>(files.size());
            for (int i = 0; i < files.size(); i++) {
                adds.add(add(files.get(i), values.get(i), read.get(i).statistics(plan)));
            }
            return new TableSpec(schema, names, List.of(), properties, comment, adds);
        } catch (IOException silent) {
            throw new Failure.StorageUnavailable(RETRY_AFTER).asException(silent);
        }
    }

    /// The columns of the files, then those of the directories.
    private static Schema schema(List<ParquetDirectory.Found> files, List<Footer> read, List<Column> partitionBy) {
        var union = new SchemaUnion();
        for (int i = 0; i < files.size(); i++) {
            union.add(read.get(i).schema(), files.get(i).relative());
        }
        for (Column partition : partitionBy) {
            if (union.schema().find(partition.name()).isPresent()) {
                throw new Failure.InvalidSchema(
                                "the partition column " + partition.name() + " is a column of the files, too")
                        .asException();
            }
        }
        var columns = new ArrayList<>(union.schema().columns());
        columns.addAll(partitionBy);
        return new Schema(columns);
    }

    private List<Footer> footers(List<ParquetDirectory.Found> files) throws IOException {
        var all = new ArrayList<Footer>(files.size());
        for (int start = 0; start < files.size(); start += FILES_AT_A_TIME) {
            List<ParquetDirectory.Found> some = files.subList(start, Math.min(files.size(), start + FILES_AT_A_TIME));
            List<DataFileRef> refs = some.stream()
                    .map(found -> new DataFileRef(
                            found.file().location(), found.file().sizeBytes()))
                    .toList();
            try (DataFileCache.Lease lease = cache.lease(refs)) {
                all.addAll(read(some, lease.paths()));
            }
        }
        return all;
    }

    private List<Footer> read(List<ParquetDirectory.Found> files, List<Path> paths) throws IOException {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < paths.size(); i++) {
            names.put(paths.get(i).toString(), files.get(i).relative());
        }
        UnaryOperator<String> name = path -> names.getOrDefault(path, "a file");
        try {
            return footers.read(paths, name);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Action.AddFile add(
            ParquetDirectory.Found found, Map<String, @Nullable String> partitionValues, String stats) {
        return new Action.AddFile(
                DataFilePaths.encoded(found.relative()),
                partitionValues,
                found.file().sizeBytes(),
                found.file().modified().toEpochMilli(),
                true,
                Optional.of(stats),
                Map.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }
}
