package io.sluice.access.oidc;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// Whose tokens are accepted.
///
/// @param issuer exactly as its tokens name it
/// @param audience of which a token must name one
/// @param algorithms of signatures that are accepted
/// @param skew by which clocks may differ
/// @param jwksUri of the issuer's keys; empty for what its `.well-known/openid-configuration` says
/// @param jwksTtl after which the keys are fetched again
/// @param timeout to connect to the issuer, and between two bytes of its answer
/// @param nameClaim that names the caller in `commitInfo` and the audit log
/// @param groupsClaim a list of texts
/// @param tokenCharacters of a token
@ConfigurationProperties("sluice.auth.oidc")
public record OidcSettings(
        @DefaultValue("") String issuer,
        @DefaultValue List<String> audience,
        @DefaultValue({"RS256", "PS256", "ES256", "EdDSA"}) List<String> algorithms,
        @DefaultValue("60s") Duration skew,
        @DefaultValue("") String jwksUri,
        @DefaultValue("5m") Duration jwksTtl,
        @DefaultValue("5s") Duration timeout,
        @DefaultValue("sub") String nameClaim,
        @DefaultValue("groups") String groupsClaim,
        @DefaultValue("16384") int tokenCharacters) {

    public OidcSettings {
        audience = List.copyOf(audience);
        algorithms = List.copyOf(algorithms);
    }
}
