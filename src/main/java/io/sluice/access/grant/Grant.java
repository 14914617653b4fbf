package io.sluice.access.grant;

import io.sluice.api.Permission;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.util.List;
import java.util.Set;

/// What some callers may do with some tables.
///
/// @param to principals: `key:loader`, `subject:4711`, `group:analysts`, `scope:orders.read`, `anyone`
record Grant(Set<String> to, List<TablePattern> on, Set<Permission> actions, Restriction within) {

    /// Every caller who is authenticated.
    static final String ANYONE = "anyone";

    Grant {
        to = Set.copyOf(to);
        on = List.copyOf(on);
        actions = Set.copyOf(actions);
    }

    boolean isFor(Set<String> principals) {
        return to.contains(ANYONE) || to.stream().anyMatch(principals::contains);
    }

    boolean isAbout(TableName table) {
        return on.stream().anyMatch(pattern -> pattern.matches(table));
    }

    boolean isAboutAll() {
        return on.stream().anyMatch(TablePattern::isAll);
    }

    boolean isOnlyOfTheService() {
        return actions.equals(Set.of(Permission.OBSERVE));
    }

    boolean allows(Permission permission) {
        return actions.contains(permission) || actions.contains(Permission.ADMIN);
    }
}
