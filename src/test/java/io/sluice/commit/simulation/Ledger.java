package io.sluice.commit.simulation;

import io.sluice.commit.RequestIdentity;
import io.sluice.commit.simulation.Writer.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What clients asked for and what they were told.
final class Ledger {

    enum Kind {
        APPEND,
        DELETE,
        COMPACT,
        INCREMENT
    }

    /// The best that is known of a request: certainty wins.
    enum Fate {
        ACKNOWLEDGED,
        UNKNOWN,
        REFUSED
    }

    /// One request, with all its attempts.
    static final class Request {
        final Kind kind;
        final List<String> lines;
        final Optional<RequestIdentity> identity;
        private final List<Answer> answers = new ArrayList<>();
        private OptionalLong version = OptionalLong.empty();

        private Request(Kind kind, List<String> lines, Optional<RequestIdentity> identity) {
            this.kind = kind;
            this.lines = lines;
            this.identity = identity;
        }

        Answer ask(Writer writer) {
            return switch (kind) {
                case APPEND -> writer.append(lines, identity);
                case DELETE -> writer.delete(lines.getFirst(), identity.orElseThrow());
                case COMPACT -> writer.compact(identity.orElseThrow());
                case INCREMENT -> writer.increment(identity.orElseThrow());
            };
        }

        Fate fate() {
            if (answers.stream()
                    .anyMatch(answer -> answer instanceof Answer.Acknowledged || answer instanceof Answer.Recognised)) {
                return Fate.ACKNOWLEDGED;
            }
            return answers.stream().allMatch(Answer.Refused.class::isInstance) ? Fate.REFUSED : Fate.UNKNOWN;
        }

        OptionalLong version() {
            return version;
        }

        @Override
        public String toString() {
            return kind + " " + lines + identity.map(key -> " " + key).orElse("") + ": " + answers;
        }
    }

    private final List<Request> requests = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private long highestAcknowledged;

    Request begin(Kind kind, List<String> lines, Optional<RequestIdentity> identity) {
        Request request = new Request(kind, lines, identity);
        requests.add(request);
        return request;
    }

    void told(Request request, Answer answer) {
        request.answers.add(answer);
        switch (answer) {
            case Answer.Acknowledged(long version) -> {
                highestAcknowledged = Math.max(highestAcknowledged, version);
                if (request.version.isPresent()) {
                    violation(request + " was committed a second time");
                }
                request.version = OptionalLong.of(version);
            }
            case Answer.Refused(String why)
            when why.equals("nothing to do") && request.kind == Kind.DELETE ->
                violation(request + " does not see a line that was acknowledged before");
            case Answer.Recognised _, Answer.Refused _, Answer.Unknown _ -> {}
        }
    }

    List<Request> requests() {
        return requests;
    }

    /// Every snapshot that is taken from now on must be at least of this version.
    long highestAcknowledged() {
        return highestAcknowledged;
    }

    void violation(String what) {
        violations.add(what);
    }

    List<String> violations() {
        return violations;
    }
}
