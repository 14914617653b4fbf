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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/// One operation at a time has what it claims, and the next one gets it when that is over.
class ClaimsTest {

    private static final String NAME = "a.b.files";

    @TempDir
    Path root;

    private final Map<String, Operation> living = new HashMap<>();
    private Claims claims;

    @BeforeEach
    void open() {
        claims = new Claims(
                new OperationStore(new Storages(StorageProperties.ofRoot(root.toString())), JsonMapper.shared()));
    }

    private void take(String operation) {
        living.put(operation, vacuum(operation));
        claims.take(NAME, operation, id -> Optional.ofNullable(living.get(id)));
    }

    private static Operation vacuum(String operation) {
        return Operation.queued(operation, "vacuum", "a.b", Trigger.REQUEST, Instant.EPOCH);
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(directory())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path directory() {
        return root.resolve(".sluice/operations/claims").resolve(NAME);
    }

    @Test
    void what_one_has_another_does_not_get() {
        take("1");

        assertThat(catchThrowableOfType(FailureException.class, () -> take("2")).failure())
                .isEqualTo(new Failure.OperationInProgress("vacuum", "1"));
    }

    @Test
    void what_one_had_that_is_over_is_free_and_numbers_only_rise() throws IOException {
        take("1");
        living.remove("1");
        take("2");
        living.remove("2");

        assertThat(files()).containsExactly("000000000002");
        take("3");
        assertThat(files()).containsExactly("000000000003");
    }

    @Test
    void one_that_was_slow_does_not_get_what_others_had_and_have_meanwhile() throws IOException {
        take("1");
        living.remove("1");
        // It has found the first claim's operation dead, and has not made its own claim yet.
        Function<String, Optional<Operation>> slow = id -> {
            if (id.equals("1")) {
                take("2");
                living.remove("2");
                take("3");
            }
            return Optional.ofNullable(living.get(id));
        };

        assertThat(catchThrowableOfType(FailureException.class, () -> claims.take(NAME, "4", slow))
                        .failure())
                .isEqualTo(new Failure.OperationInProgress("vacuum", "3"));
        assertThat(files()).containsExactly("000000000003");
        assertThat(catchThrowableOfType(FailureException.class, () -> take("5")).failure())
                .isEqualTo(new Failure.OperationInProgress("vacuum", "3"));
    }

    @Test
    void another_claim_on_its_way_is_neither_one_nor_swept_away() throws IOException {
        take("1");
        living.clear();
        Path onItsWay = Files.writeString(directory().resolve(".8d19bdf2-6ff8-49c4-9c1d-339d94faa057.tmp"), "2");

        take("3");
        living.clear();
        take("4");
        assertThat(onItsWay).exists();
    }
}
