package io.sluice.blackbox;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// An OpenID Connect issuer that says where its keys are, tells them, and signs whatever it is given.
final class TokenIssuer implements AutoCloseable {

    static final String AUDIENCE = "sluice-tables";

    private final HttpServer server;
    private final AtomicInteger keysTold = new AtomicInteger();
    private final RSAKey key = newKey("one");
    private volatile boolean silent;

    TokenIssuer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/.well-known/openid-configuration",
                exchange ->
                        answer(exchange, "{\"issuer\":\"" + address() + "\",\"jwks_uri\":\"" + address() + "/keys\"}"));
        server.createContext("/keys", exchange -> {
            keysTold.incrementAndGet();
            answer(exchange, new JWKSet(key.toPublicJWK()).toString());
        });
        server.start();
    }

    private void answer(HttpExchange exchange, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(silent ? 503 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static RSAKey newKey(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// How often the keys were asked for.
    int keysTold() {
        return keysTold.get();
    }

    void fallSilent() {
        silent = true;
    }

    /// A token as it should be, with what a test makes of its claims.
    String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return signed(JWSAlgorithm.RS256, key, JOSEObjectType.JWT, change);
    }

    String signed(
            JWSAlgorithm algorithm, RSAKey with, JOSEObjectType type, UnaryOperator<JWTClaimsSet.Builder> change) {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(algorithm)
                            .keyID(with.getKeyID())
                            .type(type)
                            .build(),
                    claims(change));
            token.sign(new RSASSASigner(with));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// With a key that the issuer does not have.
    String forged(String id) {
        return signed(JWSAlgorithm.RS256, newKey(id), JOSEObjectType.JWT, claims -> claims);
    }

    /// Signed with the public key as a shared secret, which a verifier that leaves the choice to tokens accepts.
    String confused() {
        try {
            var token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.HS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims(claims -> claims));
            token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String unsigned() {
        return new PlainJWT(claims(claims -> claims)).serialize();
    }

    RSAKey key() {
        return key;
    }

    private JWTClaimsSet claims(UnaryOperator<JWTClaimsSet.Builder> change) {
        Instant now = Instant.now();
        return change.apply(new JWTClaimsSet.Builder()
                        .issuer(address())
                        .audience(AUDIENCE)
                        .subject("4711")
                        .issueTime(Date.from(now.minus(Duration.ofHours(1))))
                        .expirationTime(Date.from(now.plus(Duration.ofMinutes(5)))))
                .build();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
