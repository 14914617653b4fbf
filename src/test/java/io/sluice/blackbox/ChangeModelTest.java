package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random tables under random sequences of all changes, next to a model in memory: after each step the rows are the
/// model's, at the end the change feed leads from the first version to the last, and other clients read the same rows
/// and changes.
@Tag("long-runs")
class ChangeModelTest {

    private static final int STEPS = LongRuns.size("sluice.model.steps", 125, 1_000);
    private static final List<ModelRun> RUNS = Collections.synchronizedList(new ArrayList<>());

    private final RunningSluice sluice = RunningSluice.shared();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void rows_are_those_of_the_model(long seed) {
        var run = new ModelRun(sluice, seed);
        run.steps(STEPS);
        RUNS.add(run);
    }

    @AfterAll
    static void other_clients_read_the_same_rows_and_changes(@TempDir Path directory)
            throws IOException, InterruptedException {
        Path told = Files.writeString(
                directory.resolve("tables.json"),
                Answer.JSON.writeValueAsString(RUNS.stream().map(ModelRun::told).toList()));
        ForeignClients.Told answer = ForeignClients.run("--compare", told.toString());
        assertThat(answer.exit()).as(String.join("\n", answer.lines())).isZero();
        assertThat(answer.lines())
                .anyMatch(line -> line.contains("all rows"))
                .anyMatch(line -> line.contains("change feed"));
    }
}
