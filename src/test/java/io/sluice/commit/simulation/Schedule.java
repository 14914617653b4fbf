package io.sluice.commit.simulation;

import io.sluice.commit.CommitSettings;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.TestTables;
import io.sluice.commit.log.LogFile;
import io.sluice.commit.simulation.Ledger.Fate;
import io.sluice.commit.simulation.Ledger.Kind;
import io.sluice.commit.simulation.Ledger.Request;
import io.sluice.commit.simulation.Writer.Answer;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntryCodec;
import io.sluice.storage.Location;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One run: a table, some replicas, clients that append, delete, compact and count, faults, deaths, perhaps a foreign
/// writer, now and then checkpoints. Afterwards the network is whole again, late puts have come, every open key is
/// asked for once more, and the table must hold what the clients were told. So must a process that only now looks at
/// it, which begins at a checkpoint where there is one.
final class Schedule {

    /// What of it is told.
    ///
    /// @param violations of the invariant; none when it holds
    record Report(
            long seed,
            List<String> violations,
            List<Request> requests,
            long versions,
            long checkpoints,
            int fingerprint) {

        boolean holds() {
            return violations.isEmpty();
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder("seed " + seed + "\n");
            violations.forEach(
                    violation -> text.append("  VIOLATION ").append(violation).append('\n'));
            requests.forEach(request -> text.append("  ").append(request).append('\n'));
            return text.toString();
        }
    }

    /// Whose commit code runs.
    enum Committer {
        SLUICE,
        /// Delta Kernel's default one, on the same store: appends that nobody repeats.
        KERNEL,
        /// Sluice's, on a store that overwrites what it was asked to create.
        SLUICE_ON_OVERWRITING_STORE
    }

    /// Share of the schedules with checkpoints, each of which takes a hundred times as long as a commit.
    private static final double CHECKPOINTS = 0.05;

    private final long seed;
    private final Committer committer;
    private final World world;
    private final SimulatedStore store;
    private final Ledger ledger = new Ledger();
    private final List<SimulatedProcess> processes = new ArrayList<>();
    private final Location table;
    private final CommitSettings settings;
    private final boolean checkpoints;

    Schedule(long seed, Committer committer) {
        this.seed = seed;
        this.committer = committer;
        this.world = new World(seed);
        this.store = new SimulatedStore(
                world,
                committer == Committer.SLUICE_ON_OVERWRITING_STORE
                        ? SimulatedStore.Condition.IGNORED
                        : SimulatedStore.Condition.HONOURED);
        this.table = Location.parse(
                committer == Committer.SLUICE && world.chance(0.3)
                        ? "file:/simulated/tables/t"
                        : "s3a://simulated/tables/t");
        this.settings = settings();
        this.checkpoints = committer == Committer.SLUICE && world.chance(CHECKPOINTS);
    }

    private CommitSettings settings() {
        Duration halfAMinute = Duration.ofSeconds(30);
        return new CommitSettings(
                Duration.ofMillis(10),
                1_000,
                halfAMinute,
                world.chance(0.8) ? 1_000 : 2,
                4_000_000,
                world.chance(0.8) ? 50 : 2,
                halfAMinute,
                world.chance(0.5) ? halfAMinute : Duration.ofSeconds(4),
                Duration.ofMinutes(1),
                halfAMinute,
                Duration.ofMinutes(10),
                Duration.ofMillis(10),
                Duration.ofSeconds(1),
                halfAMinute);
    }

    Report run() {
        boolean plain = createTable();
        Weather weather = Weather.of(world);
        int replicas = 1 + world.random().nextInt(3);
        for (int replica = 0; replica < replicas; replica++) {
            processes.add(new SimulatedProcess(world, store, "r" + replica, weather, this::writer));
        }
        int clients = 1 + world.random().nextInt(6);
        for (int client = 0; client < clients; client++) {
            int number = client;
            world.spawn("client " + client, () -> client(number));
        }
        if (plain && world.chance(0.3)) {
            world.spawn("foreign writer", this::foreignWriter);
        }
        end("the clients");
        processes.forEach(process -> process.weather(Weather.clear()));
        world.spawn("settling", this::settle);
        end("settling");
        TableTruth truth = new TableTruth(store, table);
        if (checkpoints) {
            world.spawn("newcomer", () -> compare(truth));
            end("the newcomer");
        }
        List<String> violations = new ArrayList<>(ledger.violations());
        violations.addAll(truth.violations());
        new Invariant(ledger, truth).violations().forEach(violations::add);
        return new Report(
                seed, violations, ledger.requests(), truth.versions(), truth.checkpoints(), fingerprint(truth));
    }

    private void compare(TableTruth truth) {
        SimulatedProcess newcomer = new SimulatedProcess(world, store, "newcomer", Weather.clear(), this::writer);
        Answer answer = newcomer.ask(writer -> {
            try {
                Map<String, Integer> found = new HashMap<>();
                writer.read().forEach(line -> found.merge(line, 1, Integer::sum));
                return found.equals(truth.lines())
                        ? new Answer.Recognised()
                        : new Answer.Refused(found + " where the log has " + truth.lines());
            } catch (IOException | FailureException failed) {
                return new Answer.Refused(failed.toString());
            }
        });
        if (!answer.equals(new Answer.Recognised())) {
            ledger.violation("a process that begins at a checkpoint finds " + answer);
        }
    }

    private void end(String who) {
        if (!world.run()) {
            ledger.violation(who + " hang");
        }
    }

    /// Equal for two runs of one seed, if nothing but the seed decides.
    private int fingerprint(TableTruth truth) {
        return 31 * ledger.requests().toString().hashCode() + truth.lines().hashCode();
    }

    private Writer writer(SimulatedStorage storage, String name) {
        return switch (committer) {
            case SLUICE, SLUICE_ON_OVERWRITING_STORE -> new SluiceWriter(world, storage, table, name, settings);
            case KERNEL -> new KernelWriter(storage, table, name);
        };
    }

    /// @return whether a writer that knows no table features may write to it
    private boolean createTable() {
        Map<String, String> configuration = new LinkedHashMap<>();
        configuration.put("delta.checkpointInterval", checkpoints ? "2" : "1000000");
        List<String> features = new ArrayList<>();
        if (committer == Committer.SLUICE && world.chance(0.3)) {
            features.add("inCommitTimestamp");
            configuration.put("delta.enableInCommitTimestamps", "true");
        }
        if (committer == Committer.SLUICE && world.chance(0.3)) {
            features.addAll(List.of("rowTracking", "domainMetadata"));
            configuration.put("delta.enableRowTracking", "true");
            configuration.put("delta.rowTracking.materializedRowIdColumnName", "_row_id");
            configuration.put("delta.rowTracking.materializedRowCommitVersionColumnName", "_row_version");
        }
        Map<String, Object> info = new LinkedHashMap<>();
        if (features.contains("inCommitTimestamp")) {
            info.put("inCommitTimestamp", world.millis());
        }
        info.put("operation", "CREATE TABLE");
        Action.Protocol protocol = features.isEmpty()
                ? new Action.Protocol(1, 2, List.of(), List.of())
                : new Action.Protocol(1, 7, List.of(), features);
        store.putIfAbsent(
                LogFile.of(table, 0),
                LogEntryCodec.encode(
                        List.of(new Action.CommitInfo(info), protocol, TestTables.metadata(configuration))));
        return features.isEmpty();
    }

    private void client(int number) {
        int requests = 1 + world.random().nextInt(4);
        List<String> own = new ArrayList<>();
        boolean produces = world.chance(0.2);
        for (int i = 0; i < requests; i++) {
            world.sleep(world.upTo(world.chance(0.7) ? 20 : 3_000));
            String name = "c" + number + "-" + i;
            Optional<RequestIdentity> key = Optional.of(new RequestIdentity.Key(name, "f"));
            Kind kind = kind(own);
            Request request = switch (kind) {
                case APPEND -> {
                    Optional<RequestIdentity> sequence =
                            Optional.of(new RequestIdentity.Sequence("producer-" + number, i));
                    yield ledger.begin(
                            kind,
                            lines(name),
                            committer == Committer.KERNEL
                                    ? Optional.empty()
                                    : produces ? sequence : world.chance(0.7) ? key : Optional.empty());
                }
                case DELETE -> ledger.begin(kind, List.of(own.removeLast()), key);
                case COMPACT, INCREMENT -> ledger.begin(kind, List.of(), key);
            };
            ask(request);
            if (kind == Kind.APPEND && request.fate() == Fate.ACKNOWLEDGED) {
                own.addAll(request.lines);
            }
            if (produces && request.fate() == Fate.UNKNOWN) {
                return; // the next sequence would hide this one
            }
        }
    }

    private Kind kind(List<String> own) {
        if (committer == Committer.KERNEL || world.chance(0.6)) {
            return Kind.APPEND;
        }
        Kind kind = Kind.values()[1 + world.random().nextInt(3)];
        return kind == Kind.DELETE && own.isEmpty() ? Kind.COMPACT : kind;
    }

    private List<String> lines(String name) {
        List<String> lines = new ArrayList<>();
        int count = 1 + world.random().nextInt(3);
        for (int line = 0; line < count; line++) {
            lines.add(name + "-" + line);
        }
        return lines;
    }

    /// Asks until it is told, or is tired; one who has a key is sometimes in a hurry and asks two replicas at
    /// once.
    private void ask(Request request) {
        boolean keyed = request.identity.isPresent();
        boolean twice = keyed && world.chance(0.1);
        World.Signal<Boolean> other = new World.Signal<>();
        if (twice) {
            world.spawn("hurry", () -> {
                askOnce(request);
                other.give(true);
            });
        }
        askOnce(request);
        if (twice) {
            other.await();
        }
        for (int retry = 0; keyed && retry < 6; retry++) {
            boolean again = switch (request.fate()) {
                case ACKNOWLEDGED -> world.chance(0.1);
                case UNKNOWN -> world.chance(0.8);
                case REFUSED -> world.chance(0.4);
            };
            if (!again) {
                return;
            }
            world.sleep(world.upTo(world.chance(0.5) ? 50 : 5_000));
            askOnce(request);
        }
    }

    private void askOnce(Request request) {
        long seen = ledger.highestAcknowledged();
        SimulatedProcess process = processes.get(world.random().nextInt(processes.size()));
        Answer answer = process.ask(writer -> {
            if (world.chance(0.1)) {
                long latest = writer.latest();
                if (latest >= 0 && latest < seen) {
                    ledger.violation("version " + seen + " was acknowledged, and " + latest + " is the latest");
                }
            }
            return request.ask(writer);
        });
        ledger.told(request, world.chance(0.03) ? new Answer.Unknown() : answer);
    }

    /// Spark, say: its commits have no `txnId` that we know, and it never waits.
    private void foreignWriter() {
        int commits = 1 + world.random().nextInt(4);
        for (int commit = 0; commit < commits; commit++) {
            world.sleep(world.upTo(1_000));
            String path = "foreign-" + commit;
            List<String> lines = List.of(path);
            Request request = ledger.begin(Kind.APPEND, lines, Optional.empty());
            store.put(table.resolve(path), path.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            long version = 0;
            while (store.find(LogFile.of(table, version)).isPresent()) {
                version++;
            }
            store.putIfAbsent(
                    LogFile.of(table, version),
                    LogEntryCodec.encode(List.of(
                            new Action.CommitInfo(Map.of("operation", "WRITE")),
                            TestTables.add(path, path.length(), 1))));
            ledger.told(request, new Answer.Acknowledged(version));
        }
    }

    private void settle() {
        world.sleep(Duration.ofMillis(1)); // who asks at the very moment of a failure shares it
        for (Request request : ledger.requests()) {
            if (request.fate() == Fate.UNKNOWN && request.identity.isPresent()) {
                Answer answer = processes.getFirst().ask(request::ask);
                ledger.told(request, answer);
                if (request.fate() != Fate.ACKNOWLEDGED && !isNothing(request, answer)) {
                    ledger.violation("its key does not settle " + request);
                }
            }
        }
    }

    /// A compaction that finds too few files is settled too.
    private static boolean isNothing(Request request, Answer answer) {
        return request.kind == Kind.COMPACT && answer.equals(new Answer.Refused("nothing to do"));
    }
}
