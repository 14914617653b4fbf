package io.sluice.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What is told of operations that other replicas work on.
class KnownOperationsTest {

    private static final String ID = "019a8f3c2b11-5d0c9c1e77aa";
    private static final OperationSettings SETTINGS = new OperationSettings(
            2, 100, Duration.ofSeconds(10), Duration.ofDays(7), Duration.ofSeconds(60), Duration.ofSeconds(20));

    @TempDir
    Path root;

    private OperationStore store;

    @BeforeEach
    void open() {
        store = new OperationStore(new Storages(StorageProperties.ofRoot(root.toString())), JsonMapper.shared());
        store.put(Operation.queued(ID, "vacuum", "a.b", Trigger.REQUEST, Instant.EPOCH));
    }

    private KnownOperations known(Clock clock) {
        return new KnownOperations(store, SETTINGS, JsonMapper.shared(), clock);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT0S", "PT-1H"})
    void whether_one_lives_goes_by_the_stores_clock_whatever_this_replicas_says(Duration ahead) throws IOException {
        KnownOperations known = known(Clock.offset(Clock.systemUTC(), ahead));

        assertThat(known.find(ID).state()).isEqualTo(OperationState.QUEUED);
        assertThat(known.living(ID)).isPresent();
        assertThat(known.list(_ -> true, "", 10)).extracting(Operation::state).containsExactly(OperationState.QUEUED);
        Files.setLastModifiedTime(
                root.resolve(".sluice/operations/" + ID + ".json"),
                FileTime.from(Instant.now().minus(SETTINGS.untilDead()).minusSeconds(1)));
        assertThat(known.find(ID).state()).isEqualTo(OperationState.FAILED);
        assertThat(known.living(ID)).isEmpty();
    }
}
