package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// A table that is dropped while its checkpoint is being written stays dropped: no file comes after its end.
class DropBesideCheckpointTest {

    private static final int ROUNDS = 40;

    private final RunningSluice sluice = RunningSluice.shared();

    @Test
    void nothing_is_left_of_a_dropped_table() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            Table table = Table.of(sluice, "id long");
            sluice.post("/v1/tables/" + table.name() + "/rows")
                    .json("[{\"id\": 1}]")
                    .send()
                    .expect(200);
            long pauseNanos = round % 20 * 500_000L;

            Together.run(2, client -> client == 0 ? checkpoint(table) : drop(table, pauseNanos));

            String[] name = table.name().split("\\.", 2);
            Path directory = sluice.tableDirectory(name[0], name[1]);
            assertThat(directory).as("round %s", round).doesNotExist();
            sluice.get("/v1/tables/" + table.name()).send().expectProblem(404, "table-not-found");
        }
    }

    /// Ends well or not at all, before the drop or after it.
    private Answer checkpoint(Table table) {
        return sluice.post("/v1/tables/" + table.name() + "/checkpoint")
                .header("Prefer", "wait=10")
                .json("{}")
                .send();
    }

    private Answer drop(Table table, long pauseNanos) {
        LockSupport.parkNanos(pauseNanos);
        return sluice.delete("/v1/tables/" + table.name())
                .query("purge", true)
                .send()
                .expect(204);
    }
}
