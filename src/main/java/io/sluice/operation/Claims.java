package io.sluice.operation;

import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.table.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which operation has something to itself, among all replicas: a file below the root, created if none is there, that
/// names the operation. One that is dead or finished is followed by a file with the next number, so that of several
/// replicas which find it dead one wins.
final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{12}");

    private final OperationStore store;

    Claims(OperationStore store) {
        this.store = store;
    }

    /// @param location where the claim stands
    record Claim(Location location) {}

    /// Takes what has this name for an operation.
    ///
    /// @param living the operation of an id, if it is still at work
    /// @throws io.sluice.table.FailureException `operation-in-progress`, naming the operation that has it
    Claim take(String name, String operation, Function<String, Optional<Operation>> living) {
        Location directory = store.directory().resolve("claims").resolve(name);
        try {
            // What else lies there is another claim on its way.
            List<FileEntry> claims = store.storage().list(directory, "").stream()
                    .filter(entry -> NUMBER.matcher(entry.name()).matches())
                    .toList();
            long next = 1;
            if (!claims.isEmpty()) {
                FileEntry newest = claims.getLast();
                Optional<Operation> holder = holder(newest.location()).flatMap(living);
                if (holder.isPresent()) {
                    throw inProgress(holder.get());
                }
                next = Long.parseLong(newest.name()) + 1;
            }
            Claim claim = new Claim(directory.resolve(String.format("%012d", next)));
            PutOutcome outcome =
                    store.storage().putIfAbsent(claim.location(), operation.getBytes(StandardCharsets.UTF_8));
            return switch (outcome) {
                case PutOutcome.Created _ -> {
                    claims.forEach(old -> release(new Claim(old.location())));
                    yield claim;
                }
                case PutOutcome.AlreadyExists _ ->
                    throw holder(claim.location())
                            .flatMap(living)
                            .map(Claims::inProgress)
                            .orElseGet(() -> OperationStore.unavailable(new IOException(claim + " came and went")));
                case PutOutcome.Undecided(Exception cause) -> throw OperationStore.unavailable(new IOException(cause));
                case PutOutcome.Refused(Exception cause) -> throw OperationStore.unavailable(new IOException(cause));
            };
        } catch (IOException silent) {
            throw OperationStore.unavailable(silent);
        }
    }

    private static RuntimeException inProgress(Operation holder) {
        return new Failure.OperationInProgress(holder.kind(), holder.id()).asException();
    }

    private Optional<String> holder(Location claim) throws IOException {
        try {
            return Optional.of(new String(store.storage().read(claim), StandardCharsets.UTF_8));
        } catch (NoSuchFileException released) {
            return Optional.empty();
        }
    }

    void release(Claim claim) {
        try {
            store.storage().delete(claim.location());
        } catch (IOException leftBehind) {
            LOG.info("{} stays; its operation is over, so it stops nobody", claim.location(), leftBehind);
        }
    }
}
