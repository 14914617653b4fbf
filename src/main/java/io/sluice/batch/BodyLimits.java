package io.sluice.batch;

import io.sluice.api.Limits;
import io.sluice.compute.decode.DecodeLimits;

/// What the service's limits are to the decoders of bodies.
public final class BodyLimits {

    /// Of what an array can hold.
    private static final long MOST_ROW_BYTES = 1 << 29;

    private BodyLimits() {}

    /// @param batchBytes decoded rows that are handed on at once
    public static DecodeLimits decode(Limits limits, int batchBytes) {
        return new DecodeLimits(
                limits.decodedBytes().toBytes(),
                limits.compressionRatio(),
                limits.jsonDepth(),
                Math.toIntExact(limits.stringBytes().toBytes()),
                (int) Math.min(limits.rowBytes().toBytes(), MOST_ROW_BYTES),
                batchBytes,
                limits.arrowBytes().toBytes());
    }
}
