package io.sluice.commit.entry;

import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import java.util.List;
import java.util.Optional;

/// What a table is as of a commit: a commit obeys the protocol and the properties that it writes itself.
record Definition(Action.Protocol protocol, Action.Metadata metadata) {

    static Definition of(TableSnapshot snapshot) {
        return new Definition(snapshot.protocol(), snapshot.metadata());
    }

    static Definition following(TableSnapshot snapshot, List<Action> actions) {
        return new Definition(
                last(actions, Action.Protocol.class).orElse(snapshot.protocol()),
                last(actions, Action.Metadata.class).orElse(snapshot.metadata()));
    }

    boolean isTrue(String property) {
        return "true".equalsIgnoreCase(metadata.configuration().get(property));
    }

    private static <T extends Action> Optional<T> last(List<Action> actions, Class<T> kind) {
        return actions.stream().filter(kind::isInstance).map(kind::cast).reduce((_, later) -> later);
    }
}
