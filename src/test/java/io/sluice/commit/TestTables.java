package io.sluice.commit;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.commit.group.Surroundings;
import io.sluice.commit.log.LogFile;
import io.sluice.delta.Action;
import io.sluice.delta.Checkpoints;
import io.sluice.delta.DataFile;
import io.sluice.delta.LogEntryCodec;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.PutOutcome;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// One table on a local directory whose "data files" are lines of text, and processes that commit to it.
public final class TestTables {

    public static final TableName NAME = TableName.parse("default.t");
    public static final Duration WINDOW = Duration.ofHours(72);

    private static final Action.Protocol PROTOCOL = new Action.Protocol(1, 2, List.of(), List.of());

    private final Storages storages;
    private final FaultyStorage storage;
    private final List<Process> processes = new ArrayList<>();

    public TestTables(Path root) {
        Storages local = new Storages(StorageProperties.ofRoot(root.toString()));
        this.storage = new FaultyStorage(local.of(local.root()));
        this.storages = new Storages(StorageProperties.ofRoot(root.toString())) {
            @Override
            public Storage of(Location location) {
                return storage;
            }
        };
    }

    public FaultyStorage storage() {
        return storage;
    }

    public Storages storages() {
        return storages;
    }

    public Location location() {
        return storages.root().resolve("default/t");
    }

    public void create() {
        create(PROTOCOL, Map.of());
    }

    public void create(Action.Protocol protocol, Map<String, String> configuration) {
        Map<String, Object> info = new LinkedHashMap<>();
        if (configuration.containsKey("delta.enableInCommitTimestamps")) {
            info.put("inCommitTimestamp", 1L);
        }
        info.put("operation", "CREATE TABLE");
        put(0, List.of(new Action.CommitInfo(info), protocol, metadata(configuration)));
    }

    public static Action.Metadata metadata(Map<String, String> configuration) {
        return metadata(configuration, new Column("line", DataType.Primitive.STRING));
    }

    public static Action.Metadata metadata(Map<String, String> configuration, Column... columns) {
        return new Action.Metadata(
                "00000000-0000-0000-0000-000000000001",
                Optional.empty(),
                Optional.empty(),
                new Schema(List.of(columns)),
                List.of(),
                configuration,
                OptionalLong.of(0));
    }

    /// What another writer does: it takes this version, with these actions behind a `commitInfo` of its own.
    public void rival(long version, Action... actions) {
        List<Action> all = new ArrayList<>();
        all.add(new Action.CommitInfo(
                Map.of("operation", "WRITE", "txnId", UUID.randomUUID().toString())));
        all.addAll(Arrays.asList(actions));
        put(version, all);
    }

    /// The same on a table with in-commit timestamps.
    public void rivalAt(long version, long inCommitTimestamp) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("inCommitTimestamp", inCommitTimestamp);
        info.put("operation", "WRITE");
        put(version, List.of(new Action.CommitInfo(info)));
    }

    private void put(long version, List<Action> actions) {
        PutOutcome outcome =
                storage.unharmed().putIfAbsent(LogFile.of(location(), version), LogEntryCodec.encode(actions));
        if (!(outcome instanceof PutOutcome.Created)) {
            throw new AssertionError("version " + version + " is there already");
        }
    }

    /// A process with nothing in memory.
    public Process process() {
        return process(settings(), Surroundings.ofTheMachine());
    }

    public Process process(CommitSettings settings, Surroundings surroundings) {
        Process process = new Process(settings, surroundings);
        processes.add(process);
        return process;
    }

    /// Ends the processes, so that no checkpoint is written behind the test's back.
    public void close() throws InterruptedException {
        for (Process process : processes) {
            process.commits().close();
        }
    }

    public static Surroundings at(ManualTime time) {
        return new Surroundings(time, new Random(11), time, UUID::randomUUID, System::nanoTime);
    }

    public static CommitSettings settings() {
        return settings(10_000, 50);
    }

    public static CommitSettings settings(int queueRequests, int attempts) {
        return settings(queueRequests, attempts, Duration.ofSeconds(30));
    }

    public static CommitSettings settings(int queueRequests, int attempts, Duration queueTime) {
        Duration halfAMinute = Duration.ofSeconds(30);
        return new CommitSettings(
                Duration.ofMillis(10),
                queueRequests,
                queueTime,
                1000,
                4_000_000,
                attempts,
                halfAMinute,
                halfAMinute,
                halfAMinute,
                halfAMinute,
                Duration.ofMinutes(10),
                Duration.ofMillis(1),
                Duration.ofMillis(200),
                halfAMinute);
    }

    /// All lines of the newest version.
    public List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (DataFile file : snapshot().files()) {
            lines.addAll(new String(storage.read(file.location()), StandardCharsets.UTF_8)
                    .lines()
                    .toList());
        }
        return lines;
    }

    public TableSnapshot snapshot() {
        return new Snapshots(storages, Clock.systemUTC()).latest(location());
    }

    public List<Action> actions(long version) throws IOException {
        Location file = LogFile.of(location(), version);
        return LogEntryCodec.decode(version, java.time.Instant.EPOCH, storage.read(file))
                .actions();
    }

    public int dataFilesOnStorage() throws IOException {
        return (int) storage.list(location(), "").stream()
                .filter(entry -> entry.name().endsWith(".txt"))
                .count();
    }

    /// Writes the lines of a group into one file.
    public final class LineStager implements Stager<List<String>> {

        private final AtomicInteger calls = new AtomicInteger();

        public int calls() {
            return calls.get();
        }

        @Override
        public List<Action.AddFile> stage(TableSnapshot snapshot, List<List<String>> group) {
            calls.incrementAndGet();
            List<String> lines = group.stream().flatMap(List::stream).toList();
            if (lines.contains("poison")) {
                throw new IllegalStateException("poisoned");
            }
            if (lines.isEmpty()) {
                return List.of();
            }
            String name = UUID.randomUUID() + ".txt";
            byte[] content = (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
            try {
                storage.put(snapshot.location().resolve(name), content);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return List.of(add(name, content.length, lines.size()));
        }
    }

    public static Action.AddFile add(String path, long size, long rows) {
        return new Action.AddFile(
                path,
                Map.of(),
                size,
                0,
                true,
                Optional.of("{\"numRecords\":" + rows + "}"),
                Map.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty());
    }

    /// One process's commits and snapshots.
    public final class Process {

        private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
        private final Snapshots snapshots;
        private final TableCommits commits;
        private final LineStager stager = new LineStager();

        private Process(CommitSettings settings, Surroundings surroundings) {
            this.snapshots = new Snapshots(storages, surroundings.clock());
            this.commits = new TableCommits(
                    storages,
                    snapshots,
                    new Checkpoints(storages),
                    settings,
                    meters,
                    WINDOW,
                    "test",
                    surroundings,
                    _ -> Optional.empty());
        }

        public TableCommits commits() {
            return commits;
        }

        public LineStager stager() {
            return stager;
        }

        public SimpleMeterRegistry meters() {
            return meters;
        }

        public TableSnapshot latest() {
            return snapshots.latest(location());
        }

        public CommitOutcome append(String... lines) {
            return append(request(lines));
        }

        public CommitOutcome append(AppendRequest<List<String>> request) {
            return commits.append(request, stager);
        }

        public CommitOutcome append(RequestIdentity identity, String... lines) {
            AppendRequest<List<String>> request = request(lines);
            return append(new AppendRequest<>(
                    request.table(),
                    request.location(),
                    request.preparedAgainst(),
                    request.rows(),
                    request.rowCount(),
                    Optional.of(identity),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty()));
        }

        public CommitOutcome appendIfLatest(long version, String... lines) {
            AppendRequest<List<String>> request = request(lines);
            return append(new AppendRequest<>(
                    request.table(),
                    request.location(),
                    request.preparedAgainst(),
                    request.rows(),
                    request.rowCount(),
                    Optional.empty(),
                    OptionalLong.of(version),
                    Optional.empty(),
                    Optional.empty()));
        }

        public AppendRequest<List<String>> request(String... lines) {
            return new AppendRequest<>(
                    NAME,
                    location(),
                    latest(),
                    List.of(lines),
                    lines.length,
                    Optional.empty(),
                    OptionalLong.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }
}
