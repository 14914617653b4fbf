package io.sluice.access;

import io.sluice.access.grant.AccessFile;
import io.sluice.access.grant.AccessRules;
import io.sluice.access.grant.ApiKey;
import io.sluice.access.grant.BadAccessFileException;
import io.sluice.access.oidc.OidcSettings;
import io.sluice.access.oidc.TokenVerifier;
import io.sluice.server.Authentication;
import io.sluice.server.StartRefusedException;
import io.sluice.table.Failure;
import io.sluice.table.User;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Tells who a caller is by what he sends, as the settings of this start say.
@Component
public class Authenticator implements AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Pattern BEARER = Pattern.compile("(?i:bearer) +(\\S+) *");

    private final Authentication settings;
    private final Clock clock;
    private final Optional<AccessFile> file;
    private final Optional<TokenVerifier> tokens;
    private final Optional<ScheduledExecutorService> looking;

    /// @throws StartRefusedException when the file of keys and grants cannot be used, or the settings of tokens
    Authenticator(Authentication settings, OidcSettings oidc, Clock clock) {
        this.settings = settings;
        this.clock = clock;
        this.file = settings.isOff() ? Optional.empty() : Optional.of(open(settings));
        this.tokens = settings.mode().contains(Authentication.Mode.OIDC)
                ? Optional.of(new TokenVerifier(oidc, clock))
                : Optional.empty();
        this.looking = file.map(opened -> looking(opened, settings));
    }

    private static AccessFile open(Authentication settings) {
        if (settings.file().isBlank()) {
            throw new StartRefusedException(
                    "sluice.auth.file is empty; it names the file with the keys and grants, which every mode but none needs");
        }
        try {
            return new AccessFile(Path.of(settings.file()));
        } catch (BadAccessFileException e) {
            throw new StartRefusedException("sluice.auth.file cannot be used: " + e.getMessage());
        }
    }

    private static ScheduledExecutorService looking(AccessFile file, Authentication settings) {
        var looking = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("access-file").factory());
        long nanos = settings.pollInterval().toNanos();
        var unused = looking.scheduleWithFixedDelay(file::look, nanos, nanos, TimeUnit.NANOSECONDS);
        return looking;
    }

    /// Whether requests are served for whoever sends them.
    public boolean isOff() {
        return file.isEmpty();
    }

    /// What became of looking who somebody is.
    public sealed interface Answer {
        record Known(Caller caller) implements Answer {}

        record Stranger(Failure failure) implements Answer {}
    }

    /// @param authorization the header
    public Answer authenticate(@Nullable String authorization) {
        if (file.isEmpty()) {
            return new Answer.Known(Caller.ANYBODY);
        }
        if (authorization == null) {
            return stranger(Failure.Unauthenticated.Reason.MISSING);
        }
        Matcher bearer = BEARER.matcher(authorization);
        return bearer.matches()
                ? authenticate(bearer.group(1), file.get().rules())
                : stranger(Failure.Unauthenticated.Reason.UNKNOWN);
    }

    private Answer authenticate(String token, AccessRules rules) {
        Optional<ApiKey> key = ApiKey.parse(token);
        if (key.isPresent() && settings.mode().contains(Authentication.Mode.KEYS)) {
            return switch (rules.match(key.get(), clock.instant())) {
                case AccessRules.Match.Known(String name) -> ofKey(name, rules);
                case AccessRules.Match.Expired _ -> stranger(Failure.Unauthenticated.Reason.EXPIRED);
                case AccessRules.Match.Unknown _ -> stranger(Failure.Unauthenticated.Reason.UNKNOWN);
            };
        }
        return tokens.map(verifier -> ofToken(verifier.verify(token), rules))
                .orElseGet(() -> stranger(Failure.Unauthenticated.Reason.UNKNOWN));
    }

    private static Answer ofToken(TokenVerifier.Verdict verdict, AccessRules rules) {
        return switch (verdict) {
            case TokenVerifier.Verdict.Accepted(String name, String subject, Set<String> principals) ->
                new Answer.Known(
                        new Caller(Optional.of(new User(name, "subject:" + subject)), rules.rights(principals)));
            case TokenVerifier.Verdict.Expired _ -> stranger(Failure.Unauthenticated.Reason.EXPIRED);
            case TokenVerifier.Verdict.Refused _ -> stranger(Failure.Unauthenticated.Reason.UNKNOWN);
            case TokenVerifier.Verdict.Unverifiable _ ->
                new Answer.Stranger(new Failure.IssuerUnavailable(RETRY_AFTER));
        };
    }

    private static Answer ofKey(String name, AccessRules rules) {
        String principal = "key:" + name;
        return new Answer.Known(new Caller(Optional.of(new User(name, principal)), rules.rights(Set.of(principal))));
    }

    private static Answer stranger(Failure.Unauthenticated.Reason reason) {
        return new Answer.Stranger(new Failure.Unauthenticated(reason));
    }

    /// Why the file of keys and grants, as it is now, is not in force.
    Optional<String> fault() {
        return file.flatMap(AccessFile::fault);
    }

    @Override
    public void close() {
        looking.ifPresent(ScheduledExecutorService::shutdownNow);
    }
}
