package io.sluice.ingest.transaction;

import io.sluice.commit.CheckedDefinition;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntry;
import io.sluice.delta.LogEntryCodec;
import io.sluice.storage.FileEntry;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.Storages;
import io.sluice.table.JsonValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Transactions as files in `_sluice/transactions/<id>` of their table, where a vacuum of other engines does not look:
/// `begun.json`, one `batch-….json` for each batch, `decision.json` and, once it is to be committed, `sealed.json`
/// with the names of the batches that count.
///
/// Each is created with put-if-absent and never changed, so that of two that write one the second reads the first's.
/// `begun.json` is the first file and `decision.json` the last to be deleted: whoever has made a decision and still
/// finds the beginning decides.
final class TransactionStore {

    private static final String DIRECTORY = "_sluice/transactions";
    private static final String BEGUN = "begun.json";
    private static final String DECISION = "decision.json";
    private static final String SEALED = "sealed.json";
    private static final String BATCH = "batch-";

    private final Storages storages;

    TransactionStore(Storages storages) {
        this.storages = storages;
    }

    /// A file that the store did not take, and will not have.
    static final class RefusedException extends IOException {

        private static final long serialVersionUID = 1L;

        RefusedException(Location file, Exception cause) {
            super("the store refused " + file, cause);
        }
    }

    enum Decision {
        COMMIT,
        ABORT
    }

    /// Ids of all that have left a file.
    List<String> ids(Location table) throws IOException {
        return storage(table).list(table.resolve(DIRECTORY), "").stream()
                .filter(entry -> entry.kind() == FileEntry.Kind.DIRECTORY)
                .map(FileEntry::name)
                .toList();
    }

    Location directory(Location table, String id) {
        return table.resolve(DIRECTORY).resolve(id);
    }

    void begin(Transaction transaction) throws IOException {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("id", transaction.id());
        info.put("version", transaction.definition().version());
        info.put("expiresAt", transaction.expiresAt().toString());
        List<Action> lines = List.of(
                new Action.CommitInfo(info),
                transaction.definition().protocol(),
                transaction.definition().metadata());
        create(transaction.directory().resolve(BEGUN), LogEntryCodec.encode(lines));
    }

    Optional<Transaction> find(Location table, String id) throws IOException {
        Location directory = directory(table, id);
        return lines(directory.resolve(BEGUN)).map(lines -> {
            Map<String, Object> info = info(lines);
            CheckedDefinition definition = new CheckedDefinition(
                    number(info, "version"), only(lines, Action.Protocol.class), only(lines, Action.Metadata.class));
            return new Transaction(
                    id, directory, definition, Instant.parse((String) info.getOrDefault("expiresAt", "")));
        });
    }

    /// Adds a batch, unless one of this name is there.
    ///
    /// @param name of a key's batch, or a new one
    /// @return the batch that has the name
    StagedBatch add(Transaction transaction, String name, StagedBatch batch) throws IOException {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("writer", batch.writer());
        info.put("fingerprint", batch.fingerprint());
        info.put("rows", batch.rows());
        List<Action> lines = new ArrayList<>();
        lines.add(new Action.CommitInfo(info));
        lines.addAll(batch.files());
        Location file = transaction.directory().resolve(batchFile(name));
        return batch(LogEntryCodec.decode(0, Instant.EPOCH, create(file, LogEntryCodec.encode(lines))));
    }

    Optional<StagedBatch> findBatch(Transaction transaction, String name) throws IOException {
        return lines(transaction.directory().resolve(batchFile(name))).map(TransactionStore::batch);
    }

    void removeBatch(Transaction transaction, String name) throws IOException {
        Location file = transaction.directory().resolve(batchFile(name));
        storage(file).delete(file);
    }

    static String batchFile(String name) {
        return BATCH + name + ".json";
    }

    boolean isBegun(Transaction transaction) throws IOException {
        Location file = transaction.directory().resolve(BEGUN);
        return storage(file).findFile(file).isPresent();
    }

    /// File names of all batches.
    List<String> batchFiles(Transaction transaction) throws IOException {
        return storage(transaction.directory()).list(transaction.directory(), BATCH).stream()
                .map(FileEntry::name)
                .filter(name -> name.startsWith(BATCH))
                .toList();
    }

    /// All batches, whether they count or not.
    List<StagedBatch> batches(Transaction transaction) throws IOException {
        List<StagedBatch> batches = new ArrayList<>();
        for (String name : batchFiles(transaction)) {
            readBatch(transaction, name).ifPresent(batches::add);
        }
        return batches;
    }

    Optional<StagedBatch> readBatch(Transaction transaction, String fileName) throws IOException {
        return lines(transaction.directory().resolve(fileName)).map(TransactionStore::batch);
    }

    /// Decides, unless that was done.
    ///
    /// @return what is decided
    Decision decide(Transaction transaction, Decision wanted) throws IOException {
        byte[] content = JsonValues.write(Map.of("decision", wanted.name())).getBytes(StandardCharsets.UTF_8);
        return decision(create(transaction.directory().resolve(DECISION), content));
    }

    Optional<Decision> findDecision(Transaction transaction) throws IOException {
        return read(transaction.directory().resolve(DECISION)).map(TransactionStore::decision);
    }

    /// The batches that count, once a commit was decided: those that were there when this was first asked.
    List<String> seal(Transaction transaction) throws IOException {
        Location file = transaction.directory().resolve(SEALED);
        Optional<byte[]> known = read(file);
        byte[] sealed = known.isPresent()
                ? known.get()
                : create(
                        file,
                        JsonValues.write(Map.of("batches", batchFiles(transaction)))
                                .getBytes(StandardCharsets.UTF_8));
        Object names = JsonValues.parseObject(new String(sealed, StandardCharsets.UTF_8))
                .get("batches");
        return names instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    /// Whether a file of it, or its directory, is younger than this by the store's clock.
    boolean wasTouchedSince(Location table, String id, Instant moment) throws IOException {
        Location directory = directory(table, id);
        Storage storage = storage(directory);
        return Stream.concat(storage.list(directory, "").stream(), storage.find(directory).stream())
                .anyMatch(entry -> entry.modified().isAfter(moment));
    }

    /// Deletes its files, the beginning first and the decision last.
    void forget(Location table, String id) throws IOException {
        Location directory = directory(table, id);
        Storage storage = storage(directory);
        storage.delete(directory.resolve(BEGUN));
        for (FileEntry entry : storage.list(directory, "")) {
            if (!entry.name().equals(DECISION)) {
                storage.delete(entry.location());
            }
        }
        storage.deleteTree(directory);
    }

    /// Creates the file, or finds the one that is there; its content either way.
    ///
    /// @throws RefusedException when it is not there and will not be
    /// @throws IOException when it may be there, or come to be
    private byte[] create(Location file, byte[] content) throws IOException {
        Storage storage = storage(file);
        return switch (storage.putIfAbsent(file, content)) {
            case PutOutcome.Created _ -> content;
            case PutOutcome.AlreadyExists _, PutOutcome.Undecided _ -> {
                byte[] found = storage.read(file);
                storage.makeDurable(file);
                yield found;
            }
            case PutOutcome.Refused(Exception cause) -> throw new RefusedException(file, cause);
        };
    }

    private Optional<LogEntry> lines(Location file) throws IOException {
        return read(file).map(content -> LogEntryCodec.decode(0, Instant.EPOCH, content));
    }

    private Optional<byte[]> read(Location file) throws IOException {
        try {
            return Optional.of(storage(file).read(file));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private static StagedBatch batch(LogEntry lines) {
        Map<String, Object> info = info(lines);
        return new StagedBatch(
                (String) info.getOrDefault("writer", ""),
                (String) info.getOrDefault("fingerprint", ""),
                number(info, "rows"),
                lines.actions().stream()
                        .filter(Action.AddFile.class::isInstance)
                        .map(Action.AddFile.class::cast)
                        .toList());
    }

    private static Decision decision(byte[] content) {
        Object word = JsonValues.parseObject(new String(content, StandardCharsets.UTF_8))
                .get("decision");
        return Arrays.stream(Decision.values())
                .filter(decision -> decision.name().equals(word))
                .findFirst()
                .orElse(Decision.ABORT);
    }

    private static Map<String, Object> info(LogEntry lines) {
        return lines.commitInfo().map(Action.CommitInfo::fields).orElse(Map.of());
    }

    private static long number(Map<String, Object> info, String member) {
        return info.get(member) instanceof Number number ? number.longValue() : 0;
    }

    private static <T extends Action> T only(LogEntry lines, Class<T> kind) {
        return lines.actions().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private Storage storage(Location file) {
        return storages.of(file);
    }
}
