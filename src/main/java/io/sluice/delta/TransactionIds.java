package io.sluice.delta;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// The last `txn` per application id. Immutable; a successor shares all but the latest entries, so that a commit does
/// not copy 100,000 ids.
final class TransactionIds {

    private static final int MAX_LATEST = 1_000;

    static final TransactionIds NONE = new TransactionIds(Map.of(), Map.of());

    private final Map<String, Action.SetTransaction> older;
    private final Map<String, Action.SetTransaction> latest;

    private TransactionIds(Map<String, Action.SetTransaction> older, Map<String, Action.SetTransaction> latest) {
        this.older = older;
        this.latest = latest;
    }

    Optional<Action.SetTransaction> find(String appId) {
        Action.SetTransaction found = latest.get(appId);
        return Optional.ofNullable(found != null ? found : older.get(appId));
    }

    void forEach(Consumer<Action.SetTransaction> sink) {
        latest.values().forEach(sink);
        older.forEach((appId, transaction) -> {
            if (!latest.containsKey(appId)) {
                sink.accept(transaction);
            }
        });
    }

    TransactionIds with(Map<String, Action.SetTransaction> added) {
        if (added.isEmpty()) {
            return this;
        }
        Map<String, Action.SetTransaction> merged = new HashMap<>(latest);
        merged.putAll(added);
        if (merged.size() <= MAX_LATEST) {
            return new TransactionIds(older, merged);
        }
        Map<String, Action.SetTransaction> all = new HashMap<>(older);
        all.putAll(merged);
        return new TransactionIds(all, Map.of());
    }
}
