package io.sluice.access.grant;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Keys and grants that are in force together.
public final class AccessRules {

    /// What an unknown key is compared with, so that it is answered as fast as a known one.
    private static final byte[] NO_HASH = new byte[32];

    private final Map<String, Secret> secrets;
    private final List<Grant> grants;

    /// @param expires [Instant#MAX] for never
    record Secret(String name, byte[] sha256, Instant expires) {}

    /// What became of a key.
    public sealed interface Match {
        /// @param name of the caller
        record Known(String name) implements Match {}

        record Expired() implements Match {}

        record Unknown() implements Match {}
    }

    /// @param secrets by the ids of the keys
    AccessRules(Map<String, Secret> secrets, List<Grant> grants) {
        this.secrets = Map.copyOf(secrets);
        this.grants = List.copyOf(grants);
    }

    public Match match(ApiKey key, Instant now) {
        Optional<Secret> secret = Optional.ofNullable(secrets.get(key.id()));
        byte[] expected = secret.map(Secret::sha256).orElse(NO_HASH);
        boolean same = MessageDigest.isEqual(expected, key.sha256());
        if (!same || secret.isEmpty()) {
            return new Match.Unknown();
        }
        return now.isBefore(secret.get().expires())
                ? new Match.Known(secret.get().name())
                : new Match.Expired();
    }

    /// @param principals of a caller
    public Rights rights(Set<String> principals) {
        return new Rights(
                grants.stream().filter(grant -> grant.isFor(principals)).toList());
    }
}
