package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Tokens of an OpenID Connect issuer, beside keys.
class AccessTokensTest {

    private static final String TABLE = "scenario.orders";

    private static TokenIssuer issuer;
    private static RunningSluice sluice;
    private static Keys keys;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        issuer = new TokenIssuer();
        keys = new Keys()
                .key("admin", "tables: ['*'], actions: [admin]")
                .grant("subject:4711", "tables: [scenario.*], actions: [read]")
                .grant("group:writers", "tables: [scenario.*], actions: [append]")
                .grant("scope:tables.change", "tables: [scenario.*], actions: [change]");
        sluice = RunningSluice.start(directory.resolve("tables"), settings(issuer, directory));
        sluice.post("/v1/tables")
                .header("Authorization", keys.bearer("admin"))
                .json("{\"name\":\"" + TABLE + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}]}")
                .send()
                .expect(201);
    }

    private static Map<String, String> settings(TokenIssuer from, Path directory) {
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("sluice.auth.mode", "keys,oidc");
        settings.put("sluice.auth.oidc.issuer", from.address());
        settings.put("sluice.auth.oidc.audience", "another," + TokenIssuer.AUDIENCE);
        settings.put("sluice.auth.oidc.name-claim", "preferred_username");
        return settings;
    }

    @AfterAll
    static void stop() {
        sluice.close();
        issuer.close();
    }

    private static Call call(String token, String method, String path) {
        return sluice.call(method, path).header("Authorization", "Bearer " + token);
    }

    private static Answer count(String token) {
        return call(token, "GET", "/v1/tables/" + TABLE + "/count").send();
    }

    private static String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return issuer.token(change);
    }

    @Test
    void subject_groups_and_scopes_of_a_token_have_grants() {
        String plain = token(claims -> claims);
        count(plain).expect(200);
        call(plain, "POST", "/v1/tables/" + TABLE + "/rows")
                .json("[{\"id\":1}]")
                .send()
                .expectProblem(403, "forbidden");
        String writer = token(claims -> claims.subject("1").claim("groups", List.of("staff", "writers")));
        call(writer, "POST", "/v1/tables/" + TABLE + "/rows")
                .json("[{\"id\":1}]")
                .send()
                .expect(200);
        count(writer).expectProblem(403, "forbidden");
        for (String claim : List.of("scope", "scp")) {
            Object scopes = claim.equals("scope") ? "openid tables.change" : List.of("openid", "tables.change");
            String changer = token(claims -> claims.subject("1").claim(claim, scopes));
            call(changer, "DELETE", "/v1/tables/" + TABLE + "/rows")
                    .query("where", "id = 9")
                    .send()
                    .expect(200);
        }
        count(token(claims -> claims.subject("1"))).expectProblem(404, "table-not-found");
    }

    @Test
    void a_commit_names_the_subject_and_the_claim_that_is_for_people() {
        String writer =
                token(claims -> claims.claim("groups", List.of("writers")).claim("preferred_username", "ann"));
        call(writer, "POST", "/v1/tables/" + TABLE + "/rows")
                .json("[{\"id\":1}]")
                .send()
                .expect(200);

        assertThat(call(writer, "GET", "/v1/tables/" + TABLE + "/history")
                        .send()
                        .expect(200)
                        .json()
                        .path("commits")
                        .path(0)
                        .path("userName")
                        .asString())
                .isEqualTo("ann");
    }

    /// Tokens that look good, and what is wrong with them.
    static Stream<Map.Entry<String, String>> bad() {
        Instant now = Instant.now();
        return Map.ofEntries(
                Map.entry("of another audience", token(claims -> claims.audience("somebody-else"))),
                Map.entry("of no audience", token(claims -> claims.audience((String) null))),
                Map.entry("of another issuer", token(claims -> claims.issuer("https://elsewhere.example"))),
                Map.entry("without an end", token(claims -> claims.expirationTime(null))),
                Map.entry("without a subject", token(claims -> claims.subject(null))),
                Map.entry("not yet good", token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(300))))),
                Map.entry("expired", token(claims -> claims.expirationTime(Date.from(now.minusSeconds(120))))),
                Map.entry(
                        "signed with another algorithm",
                        issuer.signed(JWSAlgorithm.RS512, issuer.key(), JOSEObjectType.JWT, claims -> claims)),
                Map.entry(
                        "of another type",
                        issuer.signed(
                                JWSAlgorithm.RS256, issuer.key(), new JOSEObjectType("dpop+jwt"), claims -> claims)),
                Map.entry("signed by nobody known", issuer.forged("two")),
                Map.entry("signed by somebody with a known id", issuer.forged("one")),
                Map.entry("signed with the public key", issuer.confused()),
                Map.entry("not signed", issuer.unsigned()),
                Map.entry("changed", token(claims -> claims).replaceFirst("\\.e", ".f")),
                Map.entry("too long", token(claims -> claims.claim("padding", "x".repeat(20_000)))),
                Map.entry("nonsense", "a.b.c"))
                .entrySet()
                .stream();
    }

    @ParameterizedTest
    @MethodSource("bad")
    void a_token_that_is_not_good_is_no_token(Map.Entry<String, String> token) {
        Answer answer = count(token.getValue());

        answer.expectProblem(401, "unauthenticated");
        assertThat(answer.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(answer.text().contains("has expired"))
                .isEqualTo(token.getKey().equals("expired"));
    }

    @Test
    void clocks_may_differ_by_the_skew() {
        Instant now = Instant.now();

        count(token(claims -> claims.expirationTime(Date.from(now.minusSeconds(20)))))
                .expect(200);
        count(token(claims -> claims.notBeforeTime(Date.from(now.plusSeconds(20)))))
                .expect(200);
    }

    @Test
    void access_tokens_by_their_own_type_are_tokens() {
        count(issuer.signed(JWSAlgorithm.RS256, issuer.key(), new JOSEObjectType("at+jwt"), claims -> claims))
                .expect(200);
    }

    @Test
    void keys_are_fetched_once_for_many_tokens_and_at_most_once_more_for_unknown_ones() {
        for (int i = 0; i < 20; i++) {
            count(token(claims -> claims)).expect(200);
        }
        for (int i = 0; i < 5; i++) {
            count(issuer.forged("unknown" + i)).expectProblem(401, "unauthenticated");
        }

        assertThat(issuer.keysTold()).isBetween(1, 3);
    }

    @Test
    void keys_are_good_beside_tokens() {
        assertThat(sluice.get("/v1/tables/" + TABLE + "/count")
                        .header("Authorization", keys.bearer("admin"))
                        .send()
                        .status())
                .isEqualTo(200);
        sluice.get("/v1/tables")
                .header("Authorization", "Bearer " + Keys.make())
                .send()
                .expectProblem(401, "unauthenticated");
    }

    @Test
    void while_the_issuer_is_silent_tokens_cannot_be_judged_and_keys_can(@TempDir Path directory) throws IOException {
        try (var silent = new TokenIssuer()) {
            silent.fallSilent();
            try (var other = RunningSluice.start(directory.resolve("tables"), settings(silent, directory))) {
                Answer answer = other.get("/v1/tables")
                        .header("Authorization", "Bearer " + silent.token(claims -> claims))
                        .send();
                answer.expectProblem(503, "issuer-unavailable");
                assertThat(answer.header("Retry-After")).isNotEmpty();
                other.get("/v1/tables")
                        .header("Authorization", keys.bearer("admin"))
                        .send()
                        .expect(200);
            }
        }
    }
}
