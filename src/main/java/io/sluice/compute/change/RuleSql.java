package io.sluice.compute.change;

import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Conditions of [RowRule]s.
public final class RuleSql {

    private RuleSql() {}

    /// That neither the column nor what lies in it is null where it may not be; empty where it may be everywhere.
    public static Optional<String> notNull(Column column) {
        var conditions = new ArrayList<String>();
        String value = Sql.identifier(column.name());
        if (!column.nullable()) {
            conditions.add(value + " IS NOT NULL");
        }
        within(value, column.type(), 0).ifPresent(conditions::add);
        return all(conditions);
    }

    public static String notEmpty(Column column) {
        return Sql.identifier(column.name()) + " IS DISTINCT FROM ''";
    }

    private static Optional<String> all(List<String> conditions) {
        return conditions.isEmpty() ? Optional.empty() : Optional.of("(" + String.join(" AND ", conditions) + ")");
    }

    /// What is demanded of the parts of a value, true where the value is null.
    private static Optional<String> within(String value, DataType type, int level) {
        return switch (type) {
            case DataType.Primitive _, DataType.Decimal _ -> Optional.empty();
            case DataType.Array array -> each(value, array.element(), nullable(array.containsNull()), level);
            case DataType.Map map -> {
                var conditions = new ArrayList<String>();
                each("map_keys(" + value + ")", map.key(), Nulls.ALLOWED, level).ifPresent(conditions::add);
                each("map_values(" + value + ")", map.value(), nullable(map.valueContainsNull()), level)
                        .ifPresent(conditions::add);
                yield all(conditions);
            }
            case DataType.Struct struct -> {
                var conditions = new ArrayList<String>();
                for (Column field : struct.fields()) {
                    String part = "struct_extract(" + value + ", " + Sql.literal(field.name()) + ")";
                    if (!field.nullable()) {
                        conditions.add(part + " IS NOT NULL");
                    }
                    within(part, field.type(), level).ifPresent(conditions::add);
                }
                yield all(conditions).map(all -> "(" + value + " IS NULL OR " + all + ")");
            }
        };
    }

    private enum Nulls {
        ALLOWED,
        REFUSED
    }

    private static Nulls nullable(boolean nullable) {
        return nullable ? Nulls.ALLOWED : Nulls.REFUSED;
    }

    private static Optional<String> each(String list, DataType element, Nulls nulls, int level) {
        String each = "e" + level;
        var conditions = new ArrayList<String>();
        if (nulls == Nulls.REFUSED) {
            conditions.add(each + " IS NOT NULL");
        }
        within(each, element, level + 1).ifPresent(conditions::add);
        return all(conditions)
                .map(all -> "coalesce(list_bool_and(list_transform(" + list + ", lambda " + each + ": " + all
                        + ")), true)");
    }
}
