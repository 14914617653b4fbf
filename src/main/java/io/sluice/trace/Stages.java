package io.sluice.trace;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The stages of a request, each a span below the request's own. What is not traced costs a look at the thread's
/// context.
public final class Stages {

    private Stages() {}

    /// What a stage does.
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    /// A stage that gives nothing.
    @FunctionalInterface
    public interface Step<E extends Exception> {
        void run() throws E;
    }

    /// Runs a stage of the request that this thread serves.
    ///
    /// @param name lower case, one word
    public static <T, E extends Exception> T run(String name, Work<T, E> work) throws E {
        return here().run(name, work);
    }

    /// The same for a stage that gives nothing.
    public static <E extends Exception> void perform(String name, Step<E> step) throws E {
        boolean unused = here().run(name, () -> {
            step.run();
            return true;
        });
    }

    /// The request that this thread serves, for work that others do for it.
    public static Origin here() {
        return new Origin(Context.current());
    }

    /// Runs a stage that several requests share: each gets a span of it.
    public static <T, E extends Exception> T shared(String name, List<Origin> origins, Work<T, E> work) throws E {
        List<Running> spans =
                origins.stream().map(origin -> origin.started(name)).toList();
        try {
            T value = work.run();
            spans.forEach(Running::ended);
            return value;
        } catch (Throwable failure) {
            spans.forEach(Running::failed);
            throw failure;
        }
    }

    /// A request, wherever its work is done.
    public static final class Origin {

        private final Context context;

        private Origin(Context context) {
            this.context = context;
        }

        /// Runs a stage of this request, on whatever thread.
        public <T, E extends Exception> T run(String name, Work<T, E> work) throws E {
            Running stage = started(name);
            try (Scope _ = stage.within().makeCurrent()) {
                T value = work.run();
                stage.ended();
                return value;
            } catch (Throwable failure) {
                stage.failed();
                throw failure;
            }
        }

        private Running started(String name) {
            Trail trail = context.get(Trail.KEY);
            return trail == null
                    ? Running.UNTRACED
                    : new Running(
                            trail.tracer()
                                    .spanBuilder(name)
                                    .setParent(context)
                                    .setStartTimestamp(trail.now(), TimeUnit.NANOSECONDS)
                                    .startSpan(),
                            context,
                            trail);
        }
    }

    /// A stage that has begun.
    private static final class Running {

        private static final Running UNTRACED = new Running(Span.getInvalid(), Context.root(), Trail.NONE);

        private final Span span;
        private final Context context;
        private final Trail trail;

        Running(Span span, Context context, Trail trail) {
            this.span = span;
            this.context = context;
            this.trail = trail;
        }

        /// What is the thread's while it runs, so that stages within it are below it.
        Context within() {
            return this == UNTRACED ? Context.current() : context.with(span);
        }

        void ended() {
            if (this != UNTRACED) {
                span.end(trail.mark(), TimeUnit.NANOSECONDS);
            }
        }

        void failed() {
            if (this != UNTRACED) {
                span.setStatus(StatusCode.ERROR);
                ended();
            }
        }
    }
}
