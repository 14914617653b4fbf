package io.sluice.maintenance.optimize;

import io.sluice.commit.ChangeWork;
import io.sluice.commit.Preparation;
import io.sluice.commit.Read;
import io.sluice.delta.Action;
import io.sluice.delta.DataFile;
import io.sluice.delta.Features;
import io.sluice.delta.TableSnapshot;
import io.sluice.maintenance.optimize.OptimizeResult.Swap;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Files that are written already, on their way into the log in the place of others: as many of them as still replace
/// what is live.
final class SwapWork implements ChangeWork<SwapWork.Done> {

    /// Nobody asks again.
    record Done() {}

    private final Map<String, Object> parameters;
    private final List<Swap> written;
    private final Clock clock;
    private List<Swap> kept;

    SwapWork(Map<String, Object> parameters, List<Swap> written, Clock clock) {
        this.parameters = parameters;
        this.clock = clock;
        this.written = List.copyOf(written);
        this.kept = this.written;
    }

    @Override
    public Preparation<Done> prepare(TableSnapshot snapshot) {
        Features.requireAppendable(snapshot);
        Map<String, Action.AddFile> live = new HashMap<>();
        for (DataFile file : snapshot.files()) {
            live.put(DataFile.pathKey(file.add().path()), file.add());
        }
        kept = written.stream()
                .filter(swap -> swap.removed().stream()
                        .allMatch(file -> isAsItWas(file, live.get(DataFile.pathKey(file.path())))))
                .toList();
        if (kept.isEmpty()) {
            return new Preparation.Nothing<>(new Done());
        }
        long now = clock.millis();
        var actions = new ArrayList<Action>();
        Set<String> paths = new HashSet<>();
        for (Swap swap : kept) {
            for (Action.AddFile file : swap.removed()) {
                actions.add(Action.RemoveFile.of(file, now, false));
                paths.add(file.path());
            }
            actions.addAll(swap.added());
        }
        return new Preparation.Change<>(
                new Preparation.Operation("OPTIMIZE", parameters, sum().metrics()),
                List.of(new Read.Files(paths)),
                actions,
                List.of(),
                new Done());
    }

    /// Its rows and their ids are those that were rewritten.
    private static boolean isAsItWas(Action.AddFile file, Action.@Nullable AddFile now) {
        return now != null
                && now.deletionVector().equals(file.deletionVector())
                && now.baseRowId().equals(file.baseRowId());
    }

    /// What the last run put into the commit.
    Swap sum() {
        var sum = new Swap();
        kept.forEach(sum::also);
        return sum;
    }

    List<Swap> kept() {
        return kept;
    }

    /// Files of which some rows changed, or that are gone.
    List<Swap> leftOut() {
        return written.stream().filter(swap -> !kept.contains(swap)).toList();
    }

    @Override
    public Class<Done> resultType() {
        return Done.class;
    }
}
