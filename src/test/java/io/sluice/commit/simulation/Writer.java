package io.sluice.commit.simulation;

import io.sluice.commit.RequestIdentity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What a client can ask a process for. The calling thread belongs to the process.
interface Writer {

    /// What a client is told.
    sealed interface Answer {
        /// @param version of the commit that holds the rows
        record Acknowledged(long version) implements Answer {}

        /// The same for a request that was recognised.
        record Recognised() implements Answer {}

        record Refused(String why) implements Answer {}

        /// `outcome-unknown`, or no answer at all.
        record Unknown() implements Answer {}
    }

    Answer append(List<String> lines, Optional<RequestIdentity> identity);

    /// Deletes one line, which must be there.
    Answer delete(String line, RequestIdentity identity);

    /// Writes some files anew as one.
    Answer compact(RequestIdentity identity);

    /// Reads the highest number and adds one to it.
    Answer increment(RequestIdentity identity);

    /// The newest version that the process sees; -1 when it cannot tell.
    long latest();

    /// All lines of the newest version, as the process finds them.
    List<String> read() throws IOException;
}
