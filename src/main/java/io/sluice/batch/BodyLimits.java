package io.sluice.batch;

import io.sluice.api.Limits;
import io.sluice.compute.decode.DecodeLimits;

/// What the service's limits are to the decoders of bodies.
public final class BodyLimits {

    private BodyLimits() {}

    /// @param batchBytes decoded rows that are handed on at once
    public static DecodeLimits decode(Limits limits, int batchBytes) {
        return new DecodeLimits(
                limits.decodedBytes().toBytes(),
                limits.compressionRatio(),
                limits.jsonDepth(),
                Math.toIntExact(limits.stringBytes().toBytes()),
                batchBytes,
                limits.arrowBytes().toBytes());
    }
}
