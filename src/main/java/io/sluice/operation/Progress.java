package io.sluice.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/// How far an operation has come.
///
/// @param total absent while it is not known
/// @param unit of both: `files`, `bytes`, …
/// @param rate of them per second, since the operation was started
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Progress(
        long done,
        @Nullable Long total,
        String unit,
        @Nullable Double rate) {

    static final Progress NONE = new Progress(0, 1L, "steps", null);

    /// Where an operation that said nothing on its way has come to when it succeeds.
    Progress ended() {
        return equals(NONE) ? new Progress(1, 1L, "steps", null) : this;
    }
}
