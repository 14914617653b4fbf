package io.sluice.maintenance.statistics;

/// What was computed.
///
/// @param version the newest one that it committed, or that it saw when there was nothing to do
/// @param numFilesChecked live files
/// @param numFilesUpdated that have statistics now, or more of them
public record StatisticsResult(long version, long numFilesChecked, long numFilesUpdated) {}
