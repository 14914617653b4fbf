package io.sluice.maintenance;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Bounds of the work on whole tables.
///
/// @param commitBytes of files that one commit of an optimize replaces, about
/// @param commitFiles that one commit of an optimize replaces, at most, 2 or more; fewer when others change them
/// meanwhile
/// @param clusterBytes of files of a clustered table that are clustered together, at most, about; what is larger than
///     two thirds of that is left as it is
/// @param rewriteTime in which files that are written again together must be
@ConfigurationProperties("sluice.maintenance")
public record MaintenanceSettings(
        @DefaultValue("1GB") DataSize commitBytes,
        @DefaultValue("2000") int commitFiles,
        @DefaultValue("4GB") DataSize clusterBytes,
        @DefaultValue("1h") Duration rewriteTime) {

    public MaintenanceSettings {
        if (commitFiles < 2) {
            throw new IllegalArgumentException("sluice.maintenance.commit-files: one file alone is not packed");
        }
    }
}
