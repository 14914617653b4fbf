package io.sluice.maintenance.optimize;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// When small files of tables with `delta.autoOptimize.autoCompact` are packed after commits; Delta's names.
///
/// @param minNumFiles small files that a partition must have
/// @param maxFileSize of a file that it makes; files of half of that are large enough
@ConfigurationProperties("sluice.auto-compact")
record AutoCompactSettings(
        @DefaultValue("50") int minNumFiles,
        @DefaultValue("128MB") DataSize maxFileSize) {}
