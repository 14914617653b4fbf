package io.sluice.access.oidc;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.sluice.server.StartRefusedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The keys of an issuer. Where they are is asked when the first token comes, so that a start does not wait for
/// anybody; a token with a key that is not known has them fetched again, once in half a minute at most.
final class Issuer implements JWKSource<SecurityContext> {

    private static final String DISCOVERY = "/.well-known/openid-configuration";
    private static final int MOST_BYTES = 1 << 20;
    private static final Duration BETWEEN_FETCHES = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(4);
    private static final long BETWEEN_ATTEMPTS_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final JsonMapper JSON = JsonMapper.shared();

    private final OidcSettings settings;
    private final DefaultResourceRetriever retriever;
    private final ReentrantLock asking = new ReentrantLock();
    private volatile @Nullable JWKSource<SecurityContext> keys;
    private long failedNanos = System.nanoTime() - BETWEEN_ATTEMPTS_NANOS;

    /// @throws StartRefusedException for addresses that others on the way could answer for
    Issuer(OidcSettings settings) {
        this.settings = settings;
        int millis = Math.toIntExact(settings.timeout().toMillis());
        this.retriever = new DefaultResourceRetriever(millis, millis, MOST_BYTES);
        requireSafe("sluice.auth.oidc.issuer", settings.issuer());
        if (!settings.jwksUri().isEmpty()) {
            requireSafe("sluice.auth.oidc.jwks-uri", settings.jwksUri());
        }
    }

    private static void requireSafe(String property, String text) {
        if (!isSafe(text)) {
            throw new StartRefusedException(
                    property + " is \"" + text + "\"; it is an https address, or an http address of this machine");
        }
    }

    private static boolean isSafe(String text) {
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null
                    && ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()) && isLoopback(uri.getHost()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isLoopback(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) throws KeySourceException {
        return keys().get(selector, context);
    }

    private JWKSource<SecurityContext> keys() throws KeySourceException {
        JWKSource<SecurityContext> known = keys;
        if (known != null) {
            return known;
        }
        asking.lock();
        try {
            known = keys;
            if (known == null) {
                if (System.nanoTime() - failedNanos < BETWEEN_ATTEMPTS_NANOS) {
                    throw new RemoteKeySourceException("the issuer was asked a moment ago", null);
                }
                known = at(address());
                keys = known;
            }
            return known;
        } catch (IOException e) {
            failedNanos = System.nanoTime();
            throw new RemoteKeySourceException("the issuer does not say where its keys are", e);
        } finally {
            asking.unlock();
        }
    }

    private JWKSource<SecurityContext> at(URL address) {
        return JWKSourceBuilder.create(address, retriever)
                .cache(
                        settings.jwksTtl().toMillis(),
                        settings.timeout().multipliedBy(2).toMillis())
                .rateLimited(BETWEEN_FETCHES.toMillis())
                .refreshAheadCache(false)
                .outageTolerant(OUTAGE.toMillis())
                .build();
    }

    private URL address() throws IOException {
        if (!settings.jwksUri().isEmpty()) {
            return URI.create(settings.jwksUri()).toURL();
        }
        String issuer = settings.issuer();
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        String answer =
                retriever.retrieveResource(URI.create(base + DISCOVERY).toURL()).getContent();
        try {
            JsonNode document = JSON.readTree(answer);
            String address = document.path("jwks_uri").asString("");
            if (!document.path("issuer").asString("").equals(issuer) || !isSafe(address)) {
                throw new IOException("the document is not that of " + issuer + ", or names no safe address of keys");
            }
            return URI.create(address).toURL();
        } catch (JacksonException e) {
            throw new IOException("the document is not JSON", e);
        }
    }
}
