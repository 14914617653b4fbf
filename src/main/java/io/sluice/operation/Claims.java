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
/// names the operation.
///
/// Claims on one thing are numbered, and the newest one counts for as long as its operation is at work. It is never
/// deleted, so numbers only rise: whoever was slow and creates a number that others have gone past finds a higher one
/// when it looks again.
final class Claims {

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private static final Pattern NUMBER = Pattern.compile("[0-9]{12}");

    private final OperationStore store;

    Claims(OperationStore store) {
        this.store = store;
    }

    /// Takes what has this name for an operation, until that one has ended.
    ///
    /// @param living the operation of an id, if it is still at work
    /// @throws io.sluice.table.FailureException `operation-in-progress`, naming the operation that has it;
    ///     `storage-unavailable`
    void take(String name, String operation, Function<String, Optional<Operation>> living) {
        Location directory = store.directory().resolve("claims").resolve(name);
        try {
            List<FileEntry> before = claims(directory);
            long number = 1;
            if (!before.isEmpty()) {
                FileEntry newest = before.getLast();
                Optional<Operation> holder = holder(newest.location()).flatMap(living);
                if (holder.isPresent()) {
                    throw inProgress(holder.get());
                }
                number = number(newest) + 1;
            }
            Location claim = directory.resolve(String.format("%012d", number));
            switch (store.storage().putIfAbsent(claim, operation.getBytes(StandardCharsets.UTF_8))) {
                case PutOutcome.Created _ -> requireNewest(directory, claim, living);
                case PutOutcome.AlreadyExists _ -> throw overtaken(claim, living);
                case PutOutcome.Undecided(Exception cause) -> throw OperationStore.unavailable(new IOException(cause));
                case PutOutcome.Refused(Exception cause) -> throw OperationStore.unavailable(new IOException(cause));
            }
        } catch (IOException silent) {
            throw OperationStore.unavailable(silent);
        }
    }

    /// In the order of their numbers. What else lies there is another claim on its way.
    private List<FileEntry> claims(Location directory) throws IOException {
        return store.storage().list(directory, "").stream()
                .filter(entry -> NUMBER.matcher(entry.name()).matches())
                .toList();
    }

    private static long number(FileEntry claim) {
        return Long.parseLong(claim.name());
    }

    /// The number of a claim may have been free only because others had gone past it and swept it away.
    private void requireNewest(Location directory, Location mine, Function<String, Optional<Operation>> living)
            throws IOException {
        List<FileEntry> now = claims(directory);
        Location newest = now.getLast().location();
        if (!newest.equals(mine)) {
            delete(mine);
            throw overtaken(newest, living);
        }
        now.subList(0, now.size() - 1).forEach(old -> delete(old.location()));
    }

    private RuntimeException overtaken(Location winner, Function<String, Optional<Operation>> living)
            throws IOException {
        return holder(winner)
                .flatMap(living)
                .map(Claims::inProgress)
                .orElseGet(() -> OperationStore.unavailable(new IOException(winner + " came and went")));
    }

    private static RuntimeException inProgress(Operation holder) {
        return new Failure.OperationInProgress(holder.kind(), holder.id()).asException();
    }

    private Optional<String> holder(Location claim) throws IOException {
        try {
            return Optional.of(new String(store.storage().read(claim), StandardCharsets.UTF_8));
        } catch (NoSuchFileException sweptAway) {
            return Optional.empty();
        }
    }

    private void delete(Location claim) {
        try {
            store.storage().delete(claim);
        } catch (IOException leftBehind) {
            LOG.info("{} stays; there is a newer one, so it stops nobody", claim, leftBehind);
        }
    }
}
