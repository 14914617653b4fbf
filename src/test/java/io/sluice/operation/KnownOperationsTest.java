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
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    private Path record(String name) {
        return root.resolve(".sluice/operations").resolve(name);
    }

    @Test
    void records_that_were_not_touched_for_as_long_as_they_are_kept_go_without_being_asked_about() throws IOException {
        Path kept = record(ID + ".json");
        String other = "019a8f3c2b11-5d0c9c1e77ab";
        store.put(Operation.queued(other, "vacuum", "a.b", Trigger.REQUEST, Instant.EPOCH));
        store.wantCancelled(other);
        for (String file : List.of(other + ".json", other + ".cancel")) {
            Files.setLastModifiedTime(
                    record(file),
                    FileTime.from(Instant.now().minus(SETTINGS.kept()).minusSeconds(1)));
        }
        known(Clock.systemUTC()).sweep();

        assertThat(kept).exists();
        assertThat(record(other + ".json")).doesNotExist();
        assertThat(record(other + ".cancel")).doesNotExist();
    }

    @Test
    void of_those_that_are_over_the_newest_are_remembered_and_the_others_are_on_storage() {
        KnownOperations known = known(Clock.systemUTC());
        var atWork = own("000000000000-000000000000");
        known.add(atWork);
        for (int i = 0; i <= KnownOperations.REMEMBERED; i++) {
            OwnOperation over = own(String.format("%012x-%012x", i + 1, 0));
            over.cancel();
            over.saved(Instant.now());
            known.add(over);
        }
        String forgotten = String.format("%012x-%012x", 1, 0);
        store.put(known.find(forgotten));
        known.forgetOld();

        assertThat(known.own()).hasSize(KnownOperations.REMEMBERED + 1).contains(atWork);
        assertThat(known.own(forgotten)).isEmpty();
        assertThat(known.find(forgotten).state()).isEqualTo(OperationState.CANCELLED);
    }

    private static OwnOperation own(String id) {
        return new OwnOperation(
                Operation.queued(id, "vacuum", "a.b", Trigger.REQUEST, Instant.EPOCH),
                SETTINGS.silence(),
                Clock.systemUTC());
    }
}
