package io.sluice.access.oidc;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.sluice.server.StartRefusedException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.oauth2.core.DelegatingOAuth2TokenValidator;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtIssuerValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;

/// Accepts the tokens of one issuer for one audience (RFC 9068, 4): signed with an algorithm that is allowed, within
/// their time.
public final class TokenVerifier {

    private static final Logger LOG = LoggerFactory.getLogger(TokenVerifier.class);
    private static final Set<JWSAlgorithm> ASYMMETRIC = Stream.concat(
                    JWSAlgorithm.Family.SIGNATURE.stream(), Stream.of(JWSAlgorithm.EdDSA))
            .collect(Collectors.toUnmodifiableSet());

    private final OidcSettings settings;
    private final Clock clock;
    private final NimbusJwtDecoder decoder;

    /// What became of a token.
    public sealed interface Verdict {

        /// @param principals `subject:`, `group:` and `scope:`
        record Accepted(String name, String subject, Set<String> principals) implements Verdict {}

        record Refused() implements Verdict {}

        record Expired() implements Verdict {}

        /// The issuer does not tell its keys.
        record Unverifiable() implements Verdict {}
    }

    /// @throws StartRefusedException for settings under which nothing, or anything, would be accepted
    public TokenVerifier(OidcSettings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        if (settings.audience().isEmpty()) {
            throw new StartRefusedException(
                    "sluice.auth.oidc.audience is empty; it names whom tokens must be made for");
        }
        var processor = new DefaultJWTProcessor<SecurityContext>();
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms(settings), new Issuer(settings)));
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        // Claims are the validators' below.
        processor.setJWTClaimsSetVerifier((claims, context) -> {});
        this.decoder = new NimbusJwtDecoder(processor);
        decoder.setJwtValidator(new DelegatingOAuth2TokenValidator<>(
                new JwtIssuerValidator(settings.issuer()),
                new JwtClaimValidator<Collection<String>>(
                        "aud", named -> named != null && named.stream().anyMatch(settings.audience()::contains)),
                new JwtClaimValidator<Instant>("exp", moment -> moment != null),
                new JwtClaimValidator<String>("sub", subject -> subject != null && !subject.isBlank())));
    }

    private static Set<JWSAlgorithm> algorithms(OidcSettings settings) {
        Set<JWSAlgorithm> algorithms = new LinkedHashSet<>();
        for (String name : settings.algorithms()) {
            var algorithm = new JWSAlgorithm(name.strip());
            if (!ASYMMETRIC.contains(algorithm)) {
                throw new StartRefusedException("sluice.auth.oidc.algorithms names " + name + "; it knows "
                        + ASYMMETRIC.stream()
                                .map(JWSAlgorithm::getName)
                                .sorted()
                                .collect(Collectors.joining(", ")));
            }
            algorithms.add(algorithm);
        }
        if (algorithms.isEmpty()) {
            throw new StartRefusedException("sluice.auth.oidc.algorithms is empty");
        }
        return algorithms;
    }

    /// Judges a token; asks the issuer for its keys where they are not known.
    public Verdict verify(String token) {
        if (token.length() > settings.tokenCharacters()) {
            return new Verdict.Refused();
        }
        try {
            Jwt jwt = decoder.decode(token);
            return judged(jwt);
        } catch (BadJwtException refused) {
            LOG.debug("A token is refused", refused);
            return new Verdict.Refused();
        } catch (JwtException e) {
            if (isOfUnknownKey(e)) {
                return new Verdict.Refused();
            }
            LOG.warn("Tokens cannot be verified: the issuer {} does not answer", settings.issuer(), e);
            return new Verdict.Unverifiable();
        }
    }

    /// The keys were fetched a moment ago, and the token's was not among them.
    private static boolean isOfUnknownKey(Throwable exception) {
        for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
            if (cause instanceof RateLimitReachedException) {
                return true;
            }
        }
        return false;
    }

    private Verdict judged(Jwt jwt) {
        Instant now = clock.instant();
        Instant begins = jwt.getNotBefore();
        Instant ends = jwt.getExpiresAt();
        String subject = jwt.getSubject();
        if (subject == null || ends == null || begins != null && now.isBefore(begins.minus(settings.skew()))) {
            return new Verdict.Refused();
        }
        return now.isBefore(ends.plus(settings.skew())) ? accepted(jwt, subject) : new Verdict.Expired();
    }

    private Verdict accepted(Jwt jwt, String subject) {
        Set<String> principals = new LinkedHashSet<>();
        principals.add("subject:" + subject);
        texts(jwt, settings.groupsClaim()).forEach(group -> principals.add("group:" + group));
        Stream.concat(words(jwt, "scope"), words(jwt, "scp")).forEach(scope -> principals.add("scope:" + scope));
        return new Verdict.Accepted(
                jwt.getClaims().get(settings.nameClaim()) instanceof String name && !name.isBlank() ? name : subject,
                subject,
                principals);
    }

    private static Stream<String> texts(Jwt jwt, String claim) {
        return jwt.getClaims().get(claim) instanceof Collection<?> texts
                ? texts.stream().filter(String.class::isInstance).map(String.class::cast)
                : Stream.empty();
    }

    /// One text of words, or a list of them.
    private static Stream<String> words(Jwt jwt, String claim) {
        return jwt.getClaims().get(claim) instanceof String text
                ? Stream.of(text.split(" ")).filter(word -> !word.isEmpty())
                : texts(jwt, claim);
    }
}
