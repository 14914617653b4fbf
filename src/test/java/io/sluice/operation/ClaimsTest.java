package io.sluice.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// One operation at a time has what it claims, and the next one gets it when that is over.
class ClaimsTest {

    @TempDir
    Path root;

    private final Map<String, Operation> living = new HashMap<>();
    private Claims claims;

    @BeforeEach
    void open() {
        claims = new Claims(
                new OperationStore(new Storages(StorageProperties.ofRoot(root.toString())), JsonMapper.shared()));
    }

    private Claims.Claim take(String operation) {
        living.put(operation, Operation.queued(operation, "vacuum", "a.b", Trigger.REQUEST, Instant.EPOCH));
        return claims.take("a.b.files", operation, id -> Optional.ofNullable(living.get(id)));
    }

    @Test
    void what_one_has_another_does_not_get() {
        take("1");

        assertThat(catchThrowableOfType(FailureException.class, () -> take("2")).failure())
                .isEqualTo(new Failure.OperationInProgress("vacuum", "1"));
    }

    @Test
    void what_is_released_or_left_by_the_dead_is_free() {
        claims.release(take("1"));
        Claims.Claim left = take("2");
        living.remove("2");

        assertThat(take("3")).isNotEqualTo(left);
        assertThat(left.location().toPath()).doesNotExist();
    }

    @Test
    void another_claim_on_its_way_is_neither_one_nor_swept_away() throws IOException {
        Path directory = take("1").location().toPath().getParent();
        living.clear();
        Path onItsWay = Files.writeString(directory.resolve(".8d19bdf2-6ff8-49c4-9c1d-339d94faa057.tmp"), "2");

        claims.release(take("3"));
        living.clear();
        take("4");
        assertThat(onItsWay).exists();
    }
}
