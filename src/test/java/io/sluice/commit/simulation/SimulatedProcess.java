package io.sluice.commit.simulation;

import io.sluice.commit.simulation.World.Signal;
import io.sluice.commit.simulation.Writer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// A replica's place: the process that runs there, and those that follow it after its death.
final class SimulatedProcess {

    private final World world;
    private final SimulatedStore store;
    private final String name;
    private final BiFunction<SimulatedStorage, String, Writer> start;
    private Weather weather;
    private Run run;

    /// The dead are remembered, too: what the garbage collector finds of them it would wake at moments of its own.
    private final List<Run> runs = new ArrayList<>();

    /// @param start a new writer with this name on this storage
    SimulatedProcess(
            World world,
            SimulatedStore store,
            String name,
            Weather weather,
            BiFunction<SimulatedStorage, String, Writer> start) {
        this.world = world;
        this.store = store;
        this.name = name;
        this.weather = weather;
        this.start = start;
        this.run = begin();
    }

    private Run begin() {
        Run begun = new Run(name + "-" + runs.size());
        runs.add(begun);
        return begun;
    }

    private final class Run implements SimulatedStorage.Life {

        private final SimulatedStorage storage = new SimulatedStorage(world, store, weather, this);
        private final Writer writer;
        private final List<Signal<Answer>> open = new ArrayList<>();
        private boolean ended;

        Run(String runName) {
            this.writer = start.apply(storage, runName);
        }

        @Override
        public boolean hasEnded() {
            return ended;
        }

        @Override
        public void end() {
            if (!ended) {
                ended = true;
                open.forEach(answer -> answer.give(new Answer.Unknown()));
                world.after(world.upTo(3_000), () -> run = begin());
            }
        }
    }

    void weather(Weather next) {
        weather = next;
        run.storage.weather(next);
    }

    /// Asks the process that runs now, and waits for its answer or its death.
    Answer ask(Function<Writer, Answer> question) {
        Run asked = run;
        if (asked.ended) {
            return new Answer.Refused("connection refused");
        }
        Signal<Answer> answer = new Signal<>();
        asked.open.add(answer);
        world.spawn(name, () -> {
            Answer given;
            try {
                given = question.apply(asked.writer);
            } catch (SimulatedStorage.Dead dead) {
                given = new Answer.Unknown();
            }
            Answer told = asked.ended ? new Answer.Unknown() : given;
            answer.give(told);
        });
        Answer told = answer.await();
        asked.open.remove(answer);
        return told;
    }
}
