package io.sluice.access.request;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/// What each caller may ask for, on this replica.
///
/// @param requests in a second; 0: no limit
/// @param bytes of bodies and of answers of rows in a second, on the average; 0: no limit
/// @param remembered callers whose use is known; the one that was heard of longest ago goes first
@ConfigurationProperties("sluice.limits.caller")
record CallerLimitSettings(
        @DefaultValue("0") int requests,
        @DefaultValue("0B") DataSize bytes,
        @DefaultValue("10000") int remembered) {

    boolean isOff() {
        return requests <= 0 && bytes.toBytes() <= 0;
    }
}
