package io.sluice.commit.simulation;

import io.sluice.commit.AppendRequest;
import io.sluice.commit.ChangeOutcome;
import io.sluice.commit.ChangeRequest;
import io.sluice.commit.ChangeWork;
import io.sluice.commit.CommitOutcome;
import io.sluice.commit.CommitSettings;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.commit.Replicas;
import io.sluice.commit.RequestIdentity;
import io.sluice.commit.Stager;
import io.sluice.commit.TableCommits;
import io.sluice.commit.TestTables;
import io.sluice.commit.group.Surroundings;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.Snapshots;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import io.sluice.table.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/// The commit code of one Sluice process. Data files are lines of text; a file named `number-n-…` holds the number n.
final class SluiceWriter implements Writer {

    private static final StorageProperties PROPERTIES = StorageProperties.ofRoot("s3a://simulated/tables");

    private final World world;
    private final Storage storage;
    private final Location table;
    private final String process;
    private final Snapshots snapshots;
    private final TableCommits commits;
    private final Stager<List<String>> stager = this::stage;
    private int filesMade;

    /// @param process a name that no other process has, earlier ones included
    SluiceWriter(World world, Storage storage, Location table, String process, CommitSettings settings) {
        this.world = world;
        this.storage = storage;
        this.table = table;
        this.process = process;
        Storages storages = new Storages(PROPERTIES) {
            @Override
            public Storage of(Location location) {
                return storage;
            }
        };
        this.snapshots = new Snapshots(storages, world, world::nowNanos);
        this.commits = Replicas.commits(
                storages,
                snapshots,
                settings,
                new Surroundings(
                        world,
                        world.random(),
                        world,
                        () -> new UUID(world.random().nextLong(), world.random().nextLong()),
                        world::nowNanos));
    }

    record Done(long count) {}

    @Override
    public Answer append(List<String> lines, Optional<RequestIdentity> identity) {
        try {
            CommitOutcome outcome = commits.append(
                    new AppendRequest<>(
                            TestTables.NAME,
                            table,
                            snapshots.latest(table),
                            lines,
                            lines.size(),
                            identity,
                            OptionalLong.empty(),
                            Optional.empty(),
                            Optional.empty()),
                    stager);
            return switch (outcome) {
                case CommitOutcome.Committed committed -> new Answer.Acknowledged(committed.version());
                case CommitOutcome.Replayed _ -> new Answer.Recognised();
                case CommitOutcome.Refused(var failure) -> new Answer.Refused(failure.toString());
                case CommitOutcome.Unknown _ -> new Answer.Unknown();
            };
        } catch (FailureException refused) {
            return new Answer.Refused(refused.failure().toString());
        }
    }

    @Override
    public Answer delete(String line, RequestIdentity identity) {
        return change(identity, snapshot -> {
            for (DataFile file : snapshot.files()) {
                List<String> lines = new ArrayList<>(lines(file));
                if (lines.remove(line)) {
                    List<Read> reads = world.chance(0.5)
                            ? List.of(new Read.WholeTable())
                            : List.of(new Read.Files(Set.of(file.add().path())));
                    return rewrite("DELETE", reads, List.of(file), lines, true);
                }
            }
            return new Preparation.Nothing<>(new Done(0));
        });
    }

    @Override
    public Answer compact(RequestIdentity identity) {
        return change(identity, snapshot -> {
            List<DataFile> files = snapshot.files().stream()
                    .filter(file -> !isNumber(file) && world.chance(0.7))
                    .toList();
            if (files.size() < 2) {
                return new Preparation.Nothing<>(new Done(0));
            }
            List<String> lines = new ArrayList<>();
            for (DataFile file : files) {
                lines.addAll(lines(file));
            }
            Set<String> paths = files.stream().map(file -> file.add().path()).collect(Collectors.toSet());
            return rewrite("OPTIMIZE", List.of(new Read.Files(paths)), files, lines, false);
        });
    }

    private Preparation<Done> rewrite(
            String operation, List<Read> reads, List<DataFile> files, List<String> lines, boolean dataChange)
            throws IOException {
        List<Action> actions = new ArrayList<>();
        List<Location> written = new ArrayList<>();
        files.forEach(file -> actions.add(Action.RemoveFile.of(file.add(), world.millis(), dataChange)));
        if (!lines.isEmpty()) {
            String name = newName("rewritten");
            written.add(write(name, lines));
            actions.add(add(name, lines, dataChange));
        }
        return change(operation, reads, actions, written);
    }

    @Override
    public Answer increment(RequestIdentity identity) {
        boolean replaces = world.chance(0.5);
        return change(identity, snapshot -> {
            List<DataFile> numbers =
                    snapshot.files().stream().filter(SluiceWriter::isNumber).toList();
            long next =
                    1 + numbers.stream().mapToLong(SluiceWriter::number).max().orElse(0);
            String name = newName("number-" + next);
            List<String> lines = List.of("number " + next);
            List<Location> written = List.of(write(name, lines));
            List<Action> actions = new ArrayList<>();
            actions.add(add(name, lines, true));
            if (replaces) {
                numbers.forEach(file -> actions.add(Action.RemoveFile.of(file.add(), world.millis(), true)));
            }
            return change("UPDATE", List.of(new Read.WholeTable()), actions, written);
        });
    }

    private static Preparation<Done> change(
            String operation, List<Read> reads, List<Action> actions, List<Location> written) {
        return new Preparation.Change<>(
                new Preparation.Operation(operation, Map.of(), Map.of()), reads, actions, written, new Done(1));
    }

    private interface Computation {
        Preparation<Done> on(TableSnapshot snapshot) throws IOException;
    }

    private Answer change(RequestIdentity identity, Computation computation) {
        ChangeWork<Done> work = new ChangeWork<>() {
            @Override
            public Preparation<Done> prepare(TableSnapshot snapshot) throws IOException {
                return computation.on(snapshot);
            }

            @Override
            public Class<Done> resultType() {
                return Done.class;
            }
        };
        ChangeRequest request = new ChangeRequest(
                TestTables.NAME,
                table,
                Optional.empty(),
                Optional.of(identity),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                ChangeRequest.OnConflict.RUN_AGAIN);
        try {
            return switch (commits.change(request, work)) {
                case ChangeOutcome.Committed<Done>(long version, Done _) -> new Answer.Acknowledged(version);
                case ChangeOutcome.Untouched<Done> _ -> new Answer.Refused("nothing to do");
                case ChangeOutcome.Replayed<Done> _ -> new Answer.Recognised();
                case ChangeOutcome.Refused<Done>(var failure) -> new Answer.Refused(failure.toString());
                case ChangeOutcome.Unknown<Done> _ -> new Answer.Unknown();
            };
        } catch (FailureException refused) {
            return new Answer.Refused(refused.failure().toString());
        }
    }

    @Override
    public long latest() {
        try {
            return snapshots.latest(table).version();
        } catch (FailureException silent) {
            return -1;
        }
    }

    @Override
    public List<String> read() throws IOException {
        List<String> lines = new ArrayList<>();
        for (DataFile file : snapshots.latest(table).files()) {
            lines.addAll(lines(file));
        }
        return lines;
    }

    private List<Action.AddFile> stage(TableSnapshot snapshot, List<List<String>> group) throws IOException {
        List<String> lines = group.stream().flatMap(List::stream).toList();
        String name = newName("appended");
        write(name, lines);
        return List.of(add(name, lines, true));
    }

    private Location write(String name, List<String> lines) throws IOException {
        Location file = table.resolve(name);
        storage.put(file, content(lines));
        return file;
    }

    private static byte[] content(List<String> lines) {
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    private static Action.AddFile add(String name, List<String> lines, boolean dataChange) {
        Action.AddFile add = TestTables.add(name, content(lines).length, lines.size());
        return new Action.AddFile(
                add.path(),
                add.partitionValues(),
                add.size(),
                add.modificationTime(),
                dataChange,
                add.stats(),
                add.tags(),
                add.deletionVector(),
                add.baseRowId(),
                add.defaultRowCommitVersion(),
                add.clusteringProvider());
    }

    private List<String> lines(DataFile file) throws IOException {
        return new String(storage.read(file.location()), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static boolean isNumber(DataFile file) {
        return file.add().path().startsWith("number-");
    }

    private static long number(DataFile file) {
        return Long.parseLong(file.add().path().split("-", 3)[1]);
    }

    private String newName(String kind) {
        return kind + "-" + process + "-" + filesMade++;
    }
}
