package io.sluice.catalog;

import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The columns that a table is clustered by (Delta protocol, "Clustered Table"): its domain metadata names them
/// physically.
final class ClusteringColumns {

    private static final String DOMAIN = "delta.clustering";
    private static final JsonMapper JSON = JsonMapper.shared();

    private ClusteringColumns() {}

    /// Logical names, `a` or `s.x`; empty for a table that is not clustered. A column that the schema lacks keeps
    /// its physical name.
    static List<String> of(TableSnapshot snapshot) {
        return paths(snapshot).stream().map(path -> String.join(".", path)).toList();
    }

    /// The same, as paths.
    static List<List<String>> paths(TableSnapshot snapshot) {
        String domain = snapshot.domainMetadata().get(DOMAIN);
        if (domain == null) {
            return List.of();
        }
        List<List<String>> names = new ArrayList<>();
        for (JsonNode path : columns(domain)) {
            List<String> physical = new ArrayList<>();
            path.forEach(step -> physical.add(step.asString()));
            names.add(logical(snapshot.schema().asStruct(), physical));
        }
        return names;
    }

    private static JsonNode columns(String domain) {
        try {
            return JSON.readTree(domain).path("clusteringColumns");
        } catch (JacksonException damaged) {
            return JSON.createArrayNode();
        }
    }

    private static List<String> logical(DataType.Struct struct, List<String> physical) {
        List<String> names = new ArrayList<>();
        DataType at = struct;
        for (String step : physical) {
            Optional<Column> field = at instanceof DataType.Struct fields
                    ? fields.fields().stream()
                            .filter(candidate -> candidate.physicalName().equals(step))
                            .findFirst()
                    : Optional.empty();
            names.add(field.map(Column::name).orElse(step));
            at = field.map(Column::type).orElse(at);
        }
        return names;
    }
}
