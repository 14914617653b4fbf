package io.sluice.api;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// Every limit of a request, in one place. Over a limit a request fails with a problem that names the property.
///
/// @param bodyBytes of a request body on the wire
/// @param arrowBytes of the vectors that one Arrow body may hold in memory at a time
/// @param documentBytes of a request body that is one JSON document and no rows, a new table say
/// @param decodedBytes of a request body after decompression
/// @param compressionRatio decoded bytes per byte on the wire
/// @param jsonDepth of nested arrays and objects in a JSON body
/// @param stringBytes of one string value
/// @param rowBytes of the text of one row of JSON, NDJSON or CSV
/// @param columns of a table, nested ones included
/// @param batchRows of one batch
/// @param filterCharacters of a filter's text
/// @param filterNodes of a filter's tree
/// @param filterDepth of a filter's tree
/// @param pageRows of one JSON page
/// @param defaultPageRows of a JSON page whose request names no limit
/// @param pageBytes of one JSON page
/// @param resultBytes of a streamed answer
/// @param queryTime in which a query must end
/// @param changeTime in which a change of rows must be computed
/// @param requestTime in which a request body must have arrived
/// @param bodyRate bytes a second with which a request body must come, over any ten seconds of waiting for it; 0: no
///     limit
/// @param answerRate bytes a second with which an answer of rows must be taken, before compression, over any
///     `answerGrace` of waiting for the client; 0: no limit
/// @param answerGrace after which an answer of which the client takes nothing is broken off
/// @param bytesInFlight of request bodies that are being read or wait for a commit, in this process
/// @param concurrentIngests at the same time; others wait or are refused
/// @param waitingIngests that wait for one of those to end; more are refused at once
/// @param concurrentQueries at the same time; others wait or are refused
/// @param idempotencyWindow how long an `Idempotency-Key` is remembered
@ConfigurationProperties("sluice.limits")
public record Limits(
        @DefaultValue("256MB") DataSize bodyBytes,
        @DefaultValue("256MB") DataSize arrowBytes,
        @DefaultValue("8MB") DataSize documentBytes,
        @DefaultValue("1GB") DataSize decodedBytes,
        @DefaultValue("100") int compressionRatio,
        @DefaultValue("64") int jsonDepth,
        @DefaultValue("8MB") DataSize stringBytes,
        @DefaultValue("32MB") DataSize rowBytes,
        @DefaultValue("2000") int columns,
        @DefaultValue("10000000") long batchRows,
        @DefaultValue("65536") int filterCharacters,
        @DefaultValue("2000") int filterNodes,
        @DefaultValue("64") int filterDepth,
        @DefaultValue("100000") int pageRows,
        @DefaultValue("1000") int defaultPageRows,
        @DefaultValue("64MB") DataSize pageBytes,
        @DefaultValue("16GB") DataSize resultBytes,
        @DefaultValue("60s") Duration queryTime,
        @DefaultValue("10m") Duration changeTime,
        @DefaultValue("5m") Duration requestTime,
        @DefaultValue("1KB") DataSize bodyRate,
        @DefaultValue("32KB") DataSize answerRate,
        @DefaultValue("60s") Duration answerGrace,
        @DefaultValue("512MB") DataSize bytesInFlight,
        @DefaultValue("256") int concurrentIngests,
        @DefaultValue("2048") int waitingIngests,
        @DefaultValue("8") int concurrentQueries,
        @DefaultValue("72h") Duration idempotencyWindow) {}
