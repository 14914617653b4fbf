package io.sluice.access.grant;

import io.sluice.api.Permission;
import io.sluice.table.Restriction;
import io.sluice.table.TableName;
import java.util.List;
import java.util.Set;

/// The grants of one caller.
public final class Rights {

    /// Everything, of everything: for a service that authenticates nobody.
    public static final Rights ALL = new Rights(List.of(new Grant(
            Set.of(Grant.ANYONE), List.of(TablePattern.parse("*")), Set.of(Permission.values()), Restriction.NONE)));

    /// Nothing at all.
    public static final Rights NONE = new Rights(List.of());

    private final List<Grant> grants;

    Rights(List<Grant> grants) {
        this.grants = List.copyOf(grants);
    }

    /// Whether there is anything that the caller may do with a table of this name.
    public boolean sees(TableName table) {
        return grants.stream().anyMatch(grant -> grant.isAbout(table) && !grant.isOnlyOfTheService());
    }

    public boolean allows(Permission permission, TableName table) {
        return grants.stream().anyMatch(grant -> grant.isAbout(table) && grant.allows(permission));
    }

    /// The same of every table there may be.
    public boolean allowsEverywhere(Permission permission) {
        return grants.stream().anyMatch(grant -> grant.isAboutAll() && grant.allows(permission));
    }

    /// Whether the service's own state may be told.
    public boolean observes() {
        return allowsEverywhere(Permission.ADMIN)
                || grants.stream().anyMatch(grant -> grant.actions().contains(Permission.OBSERVE));
    }

    /// Which columns and rows of the table the permission reaches to, where it is given.
    public Restriction within(Permission permission, TableName table) {
        return Restriction.ofAny(grants.stream()
                .filter(grant -> grant.isAbout(table) && grant.allows(permission))
                .map(Grant::within)
                .toList());
    }
}
