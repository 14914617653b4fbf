package io.sluice.maintenance.vacuum;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.SluiceApplication;
import io.sluice.catalog.Catalog;
import io.sluice.commit.TableCommits;
import io.sluice.delta.CommitHistory;
import io.sluice.delta.DeletionVectors;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSpec;
import io.sluice.operation.OperationControl;
import io.sluice.storage.Storages;
import io.sluice.table.AsOf;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// How old a file is goes by its store's clock.
class VacuumClockTest {

    private static final TableName TABLE = TableName.parse("clocks.t");
    private static final VacuumSettings SETTINGS =
            new VacuumSettings(false, Duration.ofHours(1), Duration.ofHours(26), 4);

    private static final OperationControl ALONE = new OperationControl() {
        @Override
        public void progress(long done, OptionalLong total, String unit) {}

        @Override
        public void stopHere() {}
    };

    @Test
    void what_no_commit_names_yet_stays_where_this_replicas_clock_is_ahead(@TempDir Path root) throws Exception {
        System.setProperty("io.netty.noUnsafe", "false");
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(SluiceApplication.class)
                .run("--server.port=0", "--logging.level.root=WARN", "--sluice.root=" + root)) {
            Catalog catalog = context.getBean(Catalog.class);
            var columns = new Schema(List.of(new Column("id", DataType.Primitive.LONG)));
            var spec = new TableSpec(columns, List.of(), List.of(), Map.of(), Optional.empty());
            context.getBean(TableCommits.class).create(TABLE, catalog.locate(TABLE), spec, Optional.empty());
            Path written = Files.writeString(root.resolve("clocks/t/of-an-open-transaction.parquet"), "x");
            Files.setLastModifiedTime(written, FileTime.from(Instant.now().minus(Duration.ofHours(2))));

            VacuumResult result = vacuum(context, Clock.offset(Clock.systemUTC(), Duration.ofHours(30)));
            assertThat(result.numFilesToDelete()).isZero();
            assertThat(written).exists();
            assertThat(root.resolve("clocks/t/_sluice/clock")).doesNotExist();
            Files.setLastModifiedTime(written, FileTime.from(Instant.now().minus(Duration.ofHours(27))));
            assertThat(vacuum(context, Clock.systemUTC()).numDeletedFiles()).isOne();
            assertThat(written).doesNotExist();
        }
    }

    private static VacuumResult vacuum(ConfigurableApplicationContext context, Clock clock) throws Exception {
        Catalog catalog = context.getBean(Catalog.class);
        var vacuum = new Vacuum(
                catalog,
                context.getBean(Snapshots.class),
                context.getBean(TableCommits.class),
                context.getBean(CommitHistory.class),
                context.getBean(DeletionVectors.class),
                context.getBean(Storages.class),
                SETTINGS,
                clock);
        var wish = new VacuumPlan.Wish(
                "PT1H", OptionalLong.empty(), List.of(), VacuumPlan.Scope.FULL, VacuumPlan.Mode.DELETE);
        return vacuum.run(TABLE, vacuum.plan(catalog.snapshot(TABLE, AsOf.latest()), wish), ALONE);
    }
}
