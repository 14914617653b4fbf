package io.sluice.datafile;

import io.sluice.compute.FileLayout;
import io.sluice.delta.TableSnapshot;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How the files of a table are laid out, from its snapshot.
public final class TableLayout {

    private static final String CLUSTERING = "delta.clustering";
    private static final JsonMapper JSON = JsonMapper.shared();

    private TableLayout() {}

    public static FileLayout of(TableSnapshot snapshot) {
        return FileLayout.of(
                snapshot.schema(),
                snapshot.metadata().partitionColumns(),
                switch (snapshot.columnMappingMode()) {
                    case NONE -> FileLayout.FieldIds.NONE;
                    case NAME, ID -> FileLayout.FieldIds.WRITE;
                },
                snapshot.metadata().configuration(),
                clusteringColumns(snapshot.domainMetadata().getOrDefault(CLUSTERING, "{}")));
    }

    /// Physical paths (Delta protocol, "Clustered Table"); none where the domain's text is not as it should be.
    private static List<List<String>> clusteringColumns(String configuration) {
        try {
            return items(JSON.readTree(configuration).path("clusteringColumns"))
                    .map(path -> items(path).map(JsonNode::asString).toList())
                    .toList();
        } catch (JacksonException e) {
            return List.of();
        }
    }

    private static java.util.stream.Stream<JsonNode> items(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
