package io.sluice.compute.decode;

/// What a body may be.
///
/// @param decodedBytes after decompression
/// @param compressionRatio decoded bytes for each byte of the body
/// @param jsonDepth levels of JSON
/// @param stringBytes of one string or number
/// @param rowBytes of the text of one row, give or take what is read ahead
/// @param batchBytes decoded rows that are handed on at once
/// @param arrowBytes what the vectors of an Arrow body may take at a time, whatever lengths the body claims
public record DecodeLimits(
        long decodedBytes,
        int compressionRatio,
        int jsonDepth,
        int stringBytes,
        int rowBytes,
        int batchBytes,
        long arrowBytes) {}
