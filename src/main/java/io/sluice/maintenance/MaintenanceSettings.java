package io.sluice.maintenance;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Bounds of the work on whole tables.
///
/// @param commitBytes of files that one commit of an optimize replaces, about
/// @param rewriteTime in which files that are written again together must be
@ConfigurationProperties("sluice.maintenance")
public record MaintenanceSettings(
        @DefaultValue("1GB") DataSize commitBytes,
        @DefaultValue("1h") Duration rewriteTime) {}
