package io.sluice.delta;

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
public final class Clustering {

    private static final String DOMAIN = "delta.clustering";
    private static final JsonMapper JSON = JsonMapper.shared();

    private Clustering() {}

    /// Logical paths; empty for a table that is not clustered. A column that the schema lacks keeps its physical
    /// name.
    public static List<List<String>> paths(TableSnapshot snapshot) {
        return physicalPaths(snapshot).stream()
                .map(path -> logical(snapshot.schema().asStruct(), path))
                .toList();
    }

    /// The same as texts, `a` or `s.x`.
    public static List<String> names(TableSnapshot snapshot) {
        return paths(snapshot).stream().map(path -> String.join(".", path)).toList();
    }

    /// As the domain has them; none where its text is not as it should be.
    public static List<List<String>> physicalPaths(TableSnapshot snapshot) {
        String domain = snapshot.domainMetadata().get(DOMAIN);
        if (domain == null) {
            return List.of();
        }
        List<List<String>> paths = new ArrayList<>();
        for (JsonNode path : columns(domain)) {
            List<String> physical = new ArrayList<>();
            path.forEach(step -> physical.add(step.asString()));
            paths.add(List.copyOf(physical));
        }
        return List.copyOf(paths);
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
