package io.sluice.server;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// How callers prove who they are, and where it is said what they may do.
///
/// @param mode `none` (alone, and on loopback only), `keys`, `oidc`, or both of these
/// @param file with the hashes of keys and the grants; empty only with `none`
/// @param pollInterval between two looks whether the file has changed
@ConfigurationProperties("sluice.auth")
public record Authentication(
        @DefaultValue("none") List<Mode> mode,
        @DefaultValue("") String file,
        @DefaultValue("5s") Duration pollInterval) {

    public enum Mode {
        NONE,
        KEYS,
        OIDC
    }

    public Authentication {
        mode = List.copyOf(mode);
    }

    /// Whether requests are served for whoever sends them.
    public boolean isOff() {
        return mode.contains(Mode.NONE);
    }
}
