package io.sluice.compute;

import io.sluice.compute.Question.Position;
import java.util.Optional;

/// What was written.
///
/// @param rows written
/// @param next where the following page begins; empty when this was the last
public record Answer(long rows, Optional<Position> next) {}
