package io.sluice.commit.log;

import java.time.Duration;

/// Waits; a test moves its clock instead.
@FunctionalInterface
public interface Sleeper {

    void sleep(Duration duration) throws InterruptedException;
}
