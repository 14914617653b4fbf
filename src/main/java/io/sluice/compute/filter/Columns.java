package io.sluice.compute.filter;

import io.sluice.compute.filter.Expression.Reference;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The columns that a filter may name, and those that it named. Names are looked up without regard to case.
final class Columns {

    private final Schema schema;
    private final Set<String> used = new LinkedHashSet<>();

    Columns(Schema schema) {
        this.schema = schema;
    }

    /// Top-level columns, by their names in the schema.
    Set<String> used() {
        return used;
    }

    /// @throws FailureException `bad-filter` when there is no such column
    Reference column(String name) {
        Column column = schema.find(name).orElseThrow(() -> unknown("column", name));
        used.add(column.name());
        return new Reference(List.of(column.name()), column.type());
    }

    /// A field of a struct.
    Expression field(Expression struct, String name) {
        if (!(struct.type() instanceof DataType.Struct(var fields))) {
            throw unknown("field", name);
        }
        Column field = fields.stream()
                .filter(candidate -> candidate.name().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> unknown("field", name));
        if (struct instanceof Reference reference) {
            var path = new ArrayList<>(reference.path());
            path.add(field.name());
            return new Reference(List.copyOf(path), field.type());
        }
        return new Expression.Call(
                "struct_extract(?1, " + Sql.literal(field.name()).replace("?", "' || chr(63) || '") + ")",
                List.of(struct),
                field.type());
    }

    private static FailureException unknown(String what, String name) {
        String shown = name.length() > 100 ? name.substring(0, 100) + "…" : name;
        return new Failure.BadFilter("there is no " + what + " " + shown).asException();
    }
}
