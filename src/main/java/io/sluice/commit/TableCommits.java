package io.sluice.commit;

import org.springframework.stereotype.Component;

/// Commits to tables: one at a time per table in this process, appends that wait go together.
@Component
public class TableCommits {

    /// Waits until the request's rows are in the log or will not be.
    public <R> CommitOutcome append(AppendRequest<R> request, Stager<R> stager) {
        throw new UnsupportedOperationException();
    }
}
