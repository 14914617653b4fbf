package io.sluice.history;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How tables are followed.
///
/// @param pollInterval between two looks for a new commit of a followed table
/// @param heartbeat after which a silent stream says that it is alive
/// @param followers at the same time; more are refused as `overloaded`
@ConfigurationProperties("sluice.changes")
record ChangesSettings(
        @DefaultValue("500ms") Duration pollInterval,
        @DefaultValue("15s") Duration heartbeat,
        @DefaultValue("100") int followers) {}
