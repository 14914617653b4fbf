package io.sluice.access.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.Permission;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessReaderTest {

    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final ApiKey OLD = ApiKey.make(new SecureRandom());
    private static final ApiKey NEW = ApiKey.make(new SecureRandom());

    private static String secret(ApiKey key, String more) {
        return "{id: '" + key.id() + "', sha256: '" + HexFormat.of().formatHex(key.sha256()) + "'" + more + "}";
    }

    private static String keys(String... secrets) {
        return "keys: [{name: loader, secrets: [" + String.join(", ", secrets) + "]}]\n";
    }

    @Test
    void a_key_is_known_by_its_hash_until_it_expires() throws Exception {
        AccessRules rules = AccessReader.read(keys(secret(OLD, ", expires: 2026-06-01T00:00:01Z")));

        assertThat(rules.match(OLD, NOW)).isEqualTo(new AccessRules.Match.Known("loader"));
        assertThat(rules.match(OLD, NOW.plusSeconds(1))).isEqualTo(new AccessRules.Match.Expired());
        assertThat(rules.match(NEW, NOW)).isEqualTo(new AccessRules.Match.Unknown());
    }

    @Test
    void a_key_with_the_id_of_another_is_unknown_also_when_that_has_expired() throws Exception {
        AccessRules rules = AccessReader.read(keys(secret(OLD, ", expires: '2020-01-01T00:00:00Z'")));
        ApiKey forged = ApiKey.parse(NEW.text().replace(NEW.id(), OLD.id())).orElseThrow();

        assertThat(rules.match(forged, NOW)).isEqualTo(new AccessRules.Match.Unknown());
    }

    @Test
    void while_a_key_is_rotated_both_are_the_same_caller() throws Exception {
        AccessRules rules = AccessReader.read(keys(secret(OLD, ""), secret(NEW, "")));

        assertThat(List.of(rules.match(OLD, NOW), rules.match(NEW, NOW)))
                .containsOnly(new AccessRules.Match.Known("loader"));
    }

    @Test
    void a_new_key_and_the_entry_that_is_printed_with_it_belong_together() throws Exception {
        KeyEntry entry = KeyEntry.make("loader", Optional.of(NOW.plusSeconds(60)), new SecureRandom());
        AccessRules rules = AccessReader.read("keys:\n" + entry.yaml());

        assertThat(rules.match(ApiKey.parse(entry.key()).orElseThrow(), NOW))
                .isEqualTo(new AccessRules.Match.Known("loader"));
        assertThat(entry.yaml()).doesNotContain(entry.key());
    }

    @Test
    void a_file_of_json_is_read_too() throws Exception {
        Rights rights = AccessReader.read(
                        "{\"grants\":[{\"to\":[\"group:a\"],\"tables\":[\"s.t\"],\"actions\":[\"read\"]}]}")
                .rights(Set.of("subject:1", "group:a"));

        assertThat(rights.allows(Permission.READ, TableName.parse("s.t"))).isTrue();
        assertThat(rights.allows(Permission.APPEND, TableName.parse("s.t"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "*, sales.orders, true",
        "sales.*, sales.orders, true",
        "sales.*, sales2.orders, false",
        "*.orders, sales.orders, true",
        "*.orders, sales.orders2, false",
        "sales.o*s, sales.orders, true",
        "orders, default.orders, true",
        "orders, sales.orders, false",
        "sales.orders, sales.orders__rejected, false",
        "s*s.orders, sales.orders, true",
    })
    void a_pattern_names_tables(String pattern, String table, boolean matches) {
        assertThat(TablePattern.parse(pattern).matches(TableName.parse(table))).isEqualTo(matches);
    }

    @Test
    void only_a_pattern_for_all_tables_is_one_for_all() {
        assertThat(List.of("*", "*.*", "**.*"))
                .allMatch(text -> TablePattern.parse(text).isAll());
        assertThat(List.of("a*.*", "*.a", "default.*"))
                .noneMatch(text -> TablePattern.parse(text).isAll());
    }

    @Test
    void of_several_grants_the_rows_of_any_and_the_columns_of_all_are_within() throws Exception {
        String grant = "{to: [anyone], tables: ['*'], actions: [read], columns: [%s], where: \"%s\"}";
        AccessRules rules = AccessReader.read(
                "grants: [" + grant.formatted("a, B", "r = 1") + ", " + grant.formatted("b, c", "r = 2") + "]");

        assertThat(rules.rights(Set.of()).within(Permission.READ, TableName.parse("s.t")))
                .isEqualTo(new Restriction(Optional.of(Set.of("b")), Optional.of("(r = 1) OR (r = 2)")));
    }

    @Test
    void a_grant_of_the_whole_table_outweighs_those_of_parts() throws Exception {
        AccessRules rules = AccessReader.read(
                "grants: [{to: [anyone], tables: ['*'], actions: [read], columns: [a]}, {to: [anyone], tables: [s.*], actions: [read]}]");

        assertThat(rules.rights(Set.of()).within(Permission.READ, TableName.parse("s.t")))
                .isEqualTo(Restriction.NONE);
        assertThat(rules.rights(Set.of()).within(Permission.READ, TableName.parse("x.t")))
                .isNotEqualTo(Restriction.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "keys: {",
                "kees: []",
                "keys: [{name: a}]",
                "keys: [{name: 'a b', secrets: [{id: '0123456789ab', sha256: '00'}]}]",
                "keys: [{name: a, secrets: [{id: '0123456789ab', sha256: '00'}]}]",
                "keys: [{name: a, secrets: []}]",
                "keys: [{name: a, key: slk_0123456789ab_x, secrets: []}]",
                "grants: [{to: [anyone], tables: ['*']}]",
                "grants: [{to: [anyone], tables: ['*'], actions: [write]}]",
                "grants: [{to: [anyone], tables: ['*'], actions: read}]",
                "grants: [{to: [everyone], tables: ['*'], actions: [read]}]",
                "grants: [{to: ['key:'], tables: ['*'], actions: [read]}]",
                "grants: [{to: [anyone], tables: ['a.b.c'], actions: [read]}]",
                "grants: [{to: [anyone], tables: ['a-b'], actions: [read]}]",
                "grants: [{to: [anyone], tables: ['*'], actions: [read], columns: []}]",
                "grants: [{to: [anyone], tables: ['*'], actions: [read], where: ' '}]",
                "grants: [{to: [anyone], tables: ['*'], actions: [read, admin], where: 'a = 1'}]",
                "grants: [{to: [anyone], tables: ['*'], actions: [maintain], columns: [a]}]",
                "grants: [{to: [anyone], to: [anyone], tables: ['*'], actions: [read]}]",
                "grants: &a [*a]",
                "grants: !!java.net.URL ['http://127.0.0.1']",
            })
    void a_file_that_is_not_understood_is_refused_as_a_whole(String text) {
        assertThatThrownBy(() -> AccessReader.read(text))
                .isInstanceOf(BadAccessFileException.class)
                .message()
                .doesNotContain("\n");
    }

    @Test
    void two_keys_cannot_have_one_id_nor_one_name() {
        assertThatThrownBy(() -> AccessReader.read(keys(secret(OLD, ""), secret(OLD, ""))))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> AccessReader.read("keys: [{name: a, secrets: [" + secret(OLD, "")
                        + "]}, {name: a, secrets: [" + secret(NEW, "") + "]}]"))
                .hasMessageContaining("twice");
    }
}
