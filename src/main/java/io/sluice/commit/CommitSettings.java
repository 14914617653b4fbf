package io.sluice.commit;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Bounds of the way into a table's log.
///
/// @param linger the shortest time between the beginnings of two commits of one table while requests crowd; one client
///     alone never waits
/// @param queueRequests that may wait for one table; more are refused as `overloaded`
/// @param queueTime how long one may wait before its group starts; a change waits a sixth of it for the one before it,
///     and is then made beside it
/// @param groupRequests in one commit
/// @param groupRows in one commit; a single request may have more
/// @param attempts at a version before a group gives up as `commit-contention`
/// @param settleTime from a group's first put until lost races end as `commit-contention`
/// @param silenceTime how long a store may leave open whether an entry is there, then `outcome-unknown`; requests that
///     have waited for a quarter of it behind a group that the store failed are refused as `storage-unavailable`
/// @param rerunTime from a change's first attempt until it is not computed again after a lost race, and ends as
///     `commit-contention`
/// @param duplicateWait how long a request waits for another one with its key that is under way, then
///     `request-in-progress`
/// @param answerTime after which a request is told `outcome-unknown` whatever holds its group up
/// @param firstBackoff before the first retry, doubled for each further one, with full jitter
/// @param longestBackoff between two attempts
/// @param drainTime at shutdown for the requests that wait
@ConfigurationProperties("sluice.commit")
public record CommitSettings(
        @DefaultValue("10ms") Duration linger,
        @DefaultValue("10000") int queueRequests,
        @DefaultValue("30s") Duration queueTime,
        @DefaultValue("1000") int groupRequests,
        @DefaultValue("4000000") long groupRows,
        @DefaultValue("50") int attempts,
        @DefaultValue("30s") Duration settleTime,
        @DefaultValue("4s") Duration silenceTime,
        @DefaultValue("2m") Duration rerunTime,
        @DefaultValue("30s") Duration duplicateWait,
        @DefaultValue("10m") Duration answerTime,
        @DefaultValue("10ms") Duration firstBackoff,
        @DefaultValue("1s") Duration longestBackoff,
        @DefaultValue("25s") Duration drainTime) {}
