package io.sluice.commit.simulation;

import io.sluice.commit.simulation.Ledger.Fate;
import io.sluice.commit.simulation.Ledger.Kind;
import io.sluice.commit.simulation.Ledger.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What must hold between the answers that clients got and the table: acknowledged lines are there once, refused ones
/// are not, unknown ones at most once; an acknowledged delete took its line; no increment is lost.
record Invariant(Ledger ledger, TableTruth truth) {

    List<String> violations() {
        List<String> violations = new ArrayList<>();
        Map<String, Fate> deletes = new HashMap<>();
        for (Request request : ledger.requests()) {
            if (request.kind == Kind.DELETE) {
                deletes.put(request.lines.getFirst(), request.fate());
            }
        }
        Map<String, Integer> lines = truth.lines();
        Set<String> known = new HashSet<>();
        for (Request request : ledger.requests()) {
            if (request.kind == Kind.APPEND) {
                known.addAll(request.lines);
                for (String line : request.lines) {
                    int count = lines.getOrDefault(line, 0);
                    if (!mayBe(count, request.fate(), deletes.getOrDefault(line, Fate.REFUSED))) {
                        violations.add(line + " is there " + count + " times: " + request);
                    }
                }
                if (request.version().isPresent()
                        && !truth.linesAddedIn(request.version().getAsLong()).containsAll(request.lines)) {
                    violations.add("version " + request.version().getAsLong() + " does not hold " + request);
                }
            }
        }
        lines.keySet().stream()
                .filter(line -> !known.contains(line) && !line.startsWith("number "))
                .forEach(line -> violations.add("nobody appended " + line));
        numbers(violations);
        return violations;
    }

    private static boolean mayBe(int count, Fate append, Fate delete) {
        int least = append == Fate.ACKNOWLEDGED && delete == Fate.REFUSED ? 1 : 0;
        int most = append == Fate.REFUSED || delete == Fate.ACKNOWLEDGED ? 0 : 1;
        return count >= least && count <= most;
    }

    private void numbers(List<String> violations) {
        List<Long> numbers = truth.numbers();
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.get(i) != i + 1) {
                violations.add("an increment was lost: " + numbers);
            }
        }
        long acknowledged = increments(Fate.ACKNOWLEDGED);
        if (numbers.size() < acknowledged || numbers.size() > acknowledged + increments(Fate.UNKNOWN)) {
            violations.add(acknowledged + " increments were acknowledged: " + numbers);
        }
    }

    private long increments(Fate fate) {
        return ledger.requests().stream()
                .filter(request -> request.kind == Kind.INCREMENT && request.fate() == fate)
                .count();
    }
}
