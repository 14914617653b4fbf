package io.sluice.server;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How callers prove who they are.
///
/// @param mode `none` (on loopback only); `keys` and `oidc`, which this release does not have yet
@ConfigurationProperties("sluice.auth")
record Authentication(@DefaultValue("none") List<Mode> mode) {

    enum Mode {
        NONE,
        KEYS,
        OIDC
    }
}
