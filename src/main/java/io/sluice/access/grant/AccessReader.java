package io.sluice.access.grant;

import io.sluice.api.Permission;
import io.sluice.table.Restriction;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/// Reads a file of keys and grants, strictly: what is not understood is not in force by halves.
final class AccessReader {

    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,127}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PRINCIPAL = Pattern.compile("anyone|(?:key|subject|group|scope):\\S(?:.{0,254}\\S)?");
    private static final Set<Permission> OF_ROWS = Set.of(Permission.READ, Permission.APPEND, Permission.CHANGE);

    private AccessReader() {}

    /// Whether a key may be called so.
    static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /// @param text YAML, of which JSON is a part
    static AccessRules read(String text) throws BadAccessFileException {
        AccessDocument document = document(text);
        Map<String, AccessRules.Secret> secrets = new LinkedHashMap<>();
        Set<String> names = new HashSet<>();
        for (AccessDocument.KeyEntry key : orEmpty(document.keys())) {
            addSecrets(key, names, secrets);
        }
        List<Grant> grants = new ArrayList<>();
        for (AccessDocument.GrantEntry entry : orEmpty(document.grants())) {
            grants.add(grant(entry, "grant " + (grants.size() + 1)));
        }
        return new AccessRules(secrets, grants);
    }

    private static AccessDocument document(String text) throws BadAccessFileException {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setMaxAliasesForCollections(0);
        try {
            var plain = new DumperOptions();
            Object tree = new Yaml(new SafeConstructor(options), new Representer(plain), plain, options, new Texts())
                    .load(text);
            if (!(tree instanceof Map<?, ?>)) {
                throw new BadAccessFileException("it is not an object with keys and grants");
            }
            return STRICT.convertValue(tree, AccessDocument.class);
        } catch (MarkedYAMLException e) {
            // Its message quotes the file.
            var mark = e.getProblemMark();
            throw new BadAccessFileException(
                    "it is not YAML" + (mark == null ? "" : " at line " + (mark.getLine() + 1)), e);
        } catch (YAMLException e) {
            throw new BadAccessFileException("it is not YAML", e);
        } catch (UnrecognizedPropertyException e) {
            throw new BadAccessFileException("it has the member " + e.getPropertyName() + ", which is not known", e);
        } catch (JacksonException e) {
            throw new BadAccessFileException("a member of it has a value of another type than it takes", e);
        }
    }

    /// All that is plain is text: `no`, `2027-01-01` and `0123` are what they look like.
    private static final class Texts extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            // None of YAML's own guesses.
        }
    }

    private static void addSecrets(
            AccessDocument.KeyEntry key, Set<String> names, Map<String, AccessRules.Secret> secrets)
            throws BadAccessFileException {
        String name = matching(key.name(), NAME, "the name of a key");
        if (!names.add(name)) {
            throw new BadAccessFileException("the key " + name + " is there twice");
        }
        if (orEmpty(key.secrets()).isEmpty()) {
            throw new BadAccessFileException("the key " + name + " has no secrets");
        }
        for (AccessDocument.SecretEntry secret : orEmpty(key.secrets())) {
            String id = matching(secret.id(), ID, "an id of the key " + name);
            String hash = matching(secret.sha256(), HASH, "the sha256 of " + id);
            var known = new AccessRules.Secret(name, HexFormat.of().parseHex(hash), expiry(secret.expires(), id));
            if (secrets.put(id, known) != null) {
                throw new BadAccessFileException("the id " + id + " is there twice");
            }
        }
    }

    private static Instant expiry(@Nullable String text, String id) throws BadAccessFileException {
        try {
            return text == null ? Instant.MAX : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new BadAccessFileException("expires of " + id + " is not ISO-8601 with an offset", e);
        }
    }

    private static Grant grant(AccessDocument.GrantEntry entry, String place) throws BadAccessFileException {
        Set<String> to = new HashSet<>();
        for (String principal : required(entry.to(), place, "to")) {
            to.add(matching(principal, PRINCIPAL, "an element of to of " + place));
        }
        List<TablePattern> on = new ArrayList<>();
        for (String pattern : required(entry.tables(), place, "tables")) {
            on.add(pattern(pattern, place));
        }
        Set<Permission> actions = new HashSet<>();
        for (String word : required(entry.actions(), place, "actions")) {
            actions.add(Permission.ofWord(word)
                    .orElseThrow(() -> new BadAccessFileException("the action " + word + " of " + place
                            + " is not known; it is read, append, change, create, alter, maintain, admin or observe")));
        }
        return new Grant(to, on, actions, within(entry, actions, place));
    }

    private static TablePattern pattern(String text, String place) throws BadAccessFileException {
        try {
            return TablePattern.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadAccessFileException(e.getMessage() + " (" + place + ")", e);
        }
    }

    private static Restriction within(AccessDocument.GrantEntry entry, Set<Permission> actions, String place)
            throws BadAccessFileException {
        List<String> columns = entry.columns();
        String where = entry.where();
        if (columns != null && columns.isEmpty() || where != null && where.isBlank()) {
            throw new BadAccessFileException("columns or where of " + place + " is empty; leave it out for all");
        }
        var within = new Restriction(Optional.ofNullable(columns).map(Set::copyOf), Optional.ofNullable(where));
        if (!within.isNone() && !OF_ROWS.containsAll(actions)) {
            throw new BadAccessFileException(
                    place + " has columns or where, which go with the actions read, append and change only");
        }
        return within;
    }

    private static List<String> required(@Nullable List<String> texts, String place, String member)
            throws BadAccessFileException {
        if (texts == null || texts.isEmpty()) {
            throw new BadAccessFileException(place + " has no " + member);
        }
        return texts;
    }

    private static String matching(@Nullable String text, Pattern pattern, String what) throws BadAccessFileException {
        if (text == null || !pattern.matcher(text).matches()) {
            throw new BadAccessFileException(what + " is missing or not of the form " + pattern.pattern());
        }
        return text;
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
