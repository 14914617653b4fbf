package io.sluice.commit.conflict;

import io.sluice.commit.Read;
import io.sluice.delta.Action;
import io.sluice.delta.Action.AddFile;
import io.sluice.delta.Action.RemoveFile;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.LogEntry;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Failure;
import io.sluice.table.Predicate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Delta's conflict rules for one attempt against one commit that won, in Delta's order: own commit, protocol,
/// metadata, domain metadata, transaction ids, added files, removed files that were read, removed files that are
/// removed; at the end, for who asks for that, anything at all.
///
/// What passes can be rebased: the timestamp and the row ids of the attempt are made anew on the winner's table.
public final class ConflictRules {

    private static final String ROW_TRACKING = "delta.rowTracking";

    private static final List<Rule> IN_ORDER = List.of(
            ConflictRules::protocol,
            ConflictRules::metadata,
            ConflictRules::domainMetadata,
            ConflictRules::transactionIds,
            ConflictRules::addedFiles,
            ConflictRules::removedFilesThatWereRead,
            ConflictRules::removedFilesThatAreRemoved,
            ConflictRules::anything);

    @FunctionalInterface
    private interface Rule {
        Optional<Failure> conflict(Attempt ours, LogEntry winner);
    }

    private ConflictRules() {}

    /// The first rule that speaks decides.
    public static Verdict judge(Attempt ours, LogEntry winner) {
        boolean own = winner.commitInfo()
                .flatMap(Action.CommitInfo::txnId)
                .filter(ours.txnId()::equals)
                .isPresent();
        if (own) {
            return new Verdict.Ours(winner.version());
        }
        return IN_ORDER.stream()
                .flatMap(rule -> rule.conflict(ours, winner).stream())
                .findFirst()
                .<Verdict>map(Verdict.Collides::new)
                .orElseGet(Verdict.Passes::new);
    }

    private static Optional<Failure> protocol(Attempt ours, LogEntry winner) {
        return all(winner, Action.Protocol.class)
                .filter(changed -> ours.definesTable()
                        || !TableRules.mayPass(ours.snapshot().protocol(), changed))
                .findFirst()
                .map(_ -> new Failure.ProtocolChanged(winner.version()));
    }

    private static Optional<Failure> metadata(Attempt ours, LogEntry winner) {
        return all(winner, Action.Metadata.class)
                .filter(changed -> ours.definesTable() || !mayPass(ours, changed))
                .findFirst()
                .map(_ -> new Failure.MetadataChanged(winner.version()));
    }

    private static boolean mayPass(Attempt ours, Action.Metadata changed) {
        Action.Metadata before = ours.snapshot().metadata();
        return ours.isBlindAppend()
                ? TableRules.mayPassAppend(before, changed)
                : TableRules.mayPassChange(before, changed);
    }

    /// The high-water mark of row tracking is made anew for each attempt, so that alone may be set by both.
    private static Optional<Failure> domainMetadata(Attempt ours, LogEntry winner) {
        Set<String> domains = ours.actions().stream()
                .filter(Action.DomainMetadata.class::isInstance)
                .map(action -> ((Action.DomainMetadata) action).domain())
                .collect(Collectors.toSet());
        return all(winner, Action.DomainMetadata.class)
                .map(Action.DomainMetadata::domain)
                .filter(domain -> !domain.equals(ROW_TRACKING) && domains.contains(domain))
                .findFirst()
                .map(_ -> new Failure.MetadataChanged(winner.version()));
    }

    private static Optional<Failure> transactionIds(Attempt ours, LogEntry winner) {
        Set<String> ids = ours.applicationIds();
        return all(winner, Action.SetTransaction.class)
                .map(Action.SetTransaction::appId)
                .filter(ids::contains)
                .findFirst()
                .map(id -> new Failure.ConcurrentTransaction(id, winner.version()));
    }

    /// A file that is added again with a new deletion vector is one that was removed, and that rule judges it.
    private static Optional<Failure> addedFiles(Attempt ours, LogEntry winner) {
        List<AddFile> added = all(winner, AddFile.class).toList();
        if (added.isEmpty() || ours.isBlindAppend() || ours.isolation() == Attempt.Isolation.SNAPSHOT) {
            return Optional.empty();
        }
        return ours.reads().stream().anyMatch(read -> switch (read) {
                    case Read.WholeTable _ -> true;
                    case Read.Rows(Predicate predicate) -> FilePruning.anyMayMatch(ours.snapshot(), added, predicate);
                    case Read.Files _, Read.EveryCommit _, Read.TransactionId _ -> false;
                })
                ? Optional.of(new Failure.ConcurrentAppend(winner.version()))
                : Optional.empty();
    }

    private static Optional<Failure> removedFilesThatWereRead(Attempt ours, LogEntry winner) {
        Set<String> removed = paths(all(winner, RemoveFile.class), RemoveFile::path);
        if (removed.isEmpty()) {
            return Optional.empty();
        }
        return ours.reads().stream().anyMatch(read -> switch (read) {
                    case Read.WholeTable _ -> true;
                    case Read.Rows(Predicate predicate) -> anyIn(removed, filesOf(ours.snapshot(), predicate));
                    case Read.Files(Set<String> files) -> anyIn(removed, files.stream());
                    case Read.EveryCommit _, Read.TransactionId _ -> false;
                })
                ? Optional.of(new Failure.ConcurrentDeleteRead(winner.version()))
                : Optional.empty();
    }

    private static Optional<Failure> removedFilesThatAreRemoved(Attempt ours, LogEntry winner) {
        Set<String> removed = paths(all(winner, RemoveFile.class), RemoveFile::path);
        Stream<String> own = ours.actions().stream()
                .filter(RemoveFile.class::isInstance)
                .map(action -> ((RemoveFile) action).path());
        return anyIn(removed, own)
                ? Optional.of(new Failure.ConcurrentDeleteDelete(winner.version()))
                : Optional.empty();
    }

    /// Not of Delta's, and the last one, so that what those say is told first.
    private static Optional<Failure> anything(Attempt ours, LogEntry winner) {
        return ours.reads().stream().anyMatch(Read.EveryCommit.class::isInstance)
                ? Optional.of(new Failure.ConcurrentDeleteRead(winner.version()))
                : Optional.empty();
    }

    private static Stream<String> filesOf(TableSnapshot snapshot, Predicate predicate) {
        return FilePruning.mayMatch(snapshot, predicate).stream()
                .map(file -> file.add().path());
    }

    private static boolean anyIn(Set<String> keys, Stream<String> paths) {
        return !keys.isEmpty() && paths.map(DataFile::pathKey).anyMatch(keys::contains);
    }

    private static <T> Set<String> paths(Stream<T> actions, Function<T, String> path) {
        return actions.map(path).map(DataFile::pathKey).collect(Collectors.toCollection(HashSet::new));
    }

    private static <T extends Action> Stream<T> all(LogEntry entry, Class<T> kind) {
        return entry.actions().stream().filter(kind::isInstance).map(kind::cast);
    }
}
