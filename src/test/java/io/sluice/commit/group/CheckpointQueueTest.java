package io.sluice.commit.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.commit.FaultyStorage;
import io.sluice.commit.TestTables;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TransactionMemory;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointQueueTest {

    private final AtomicLong nanos = new AtomicLong();
    private TestTables tables;
    private TestTables.Process process;

    @BeforeEach
    void table(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
        process = tables.process();
    }

    @AfterEach
    void end() throws InterruptedException {
        tables.close();
    }

    /// Each delete takes an hour.
    private final class Slow extends FaultyStorage {

        private final CountDownLatch lookedElsewhere = new CountDownLatch(1);
        private int deletes;

        Slow() {
            super(tables.storage());
        }

        @Override
        public void delete(Location file) throws IOException {
            deletes++;
            nanos.addAndGet(Duration.ofHours(1).toNanos());
            super.delete(file);
        }

        @Override
        public byte[] read(Location file) throws IOException {
            if (!file.path().startsWith(tables.location().path())) {
                lookedElsewhere.countDown();
            }
            return super.read(file);
        }
    }

    @Test
    void a_table_does_not_rest_for_the_time_that_its_clean_up_took() throws Exception {
        process.append("a");
        process.append("b");
        new Checkpoints(tables.storages()).write(process.latest(), TransactionMemory.OF_THE_TABLE);
        process.append("c");
        for (String name : new String[] {"0.json", "1.json", "2.json", "2.checkpoint.parquet"}) {
            Files.setLastModifiedTime(
                    log("0000000000000000000" + name).toPath(),
                    FileTime.from(Instant.now().minus(Duration.ofDays(60))));
        }
        Slow slow = new Slow();
        Storages storages =
                new Storages(StorageProperties.ofRoot(tables.storages().root().path())) {
                    @Override
                    public Storage of(Location location) {
                        return slow;
                    }
                };
        CheckpointQueue queue = new CheckpointQueue(
                new Snapshots(storages), new Checkpoints(storages), TransactionMemory.OF_THE_TABLE, nanos::get);

        queue.request(tables.location());
        queue.request(tables.storages().root().resolve("default/elsewhere"));
        slow.lookedElsewhere.await();
        assertThat(slow.deletes).isEqualTo(2);
        process.append("d");
        queue.request(tables.location());

        await().until(() -> tables.storage()
                .find(log("00000000000000000004.checkpoint.parquet"))
                .isPresent());
        assertThat(queue.close(Duration.ofSeconds(10))).isTrue();
    }

    private Location log(String name) {
        return tables.location().resolve("_delta_log").resolve(name);
    }
}
