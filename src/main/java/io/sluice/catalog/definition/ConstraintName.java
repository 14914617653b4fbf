package io.sluice.catalog.definition;

import io.sluice.table.Failure;
import java.util.Locale;
import java.util.regex.Pattern;

/// The name of a CHECK constraint. Spark looks names up in lower case, so that is how they are kept.
public final class ConstraintName {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,127}");

    private ConstraintName() {}

    /// @throws io.sluice.table.FailureException `invalid-schema`
    public static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new Failure.InvalidSchema("the name of a constraint is letters, digits and underscores")
                    .asException();
        }
        return name.toLowerCase(Locale.ROOT);
    }
}
