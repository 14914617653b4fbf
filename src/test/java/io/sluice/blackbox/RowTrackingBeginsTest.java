package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/// Row tracking begins on a table that somebody changes at the same moment: its files are added again, and only as
/// they are live by then.
class RowTrackingBeginsTest {

    private static RunningSluice sluice;

    @BeforeAll
    static void start() {
        sluice = RunningSluice.startWith(RunningSluice.shared().root(), Barrier.WithBarrier.class, Map.of());
    }

    @AfterAll
    static void stop() {
        sluice.close();
    }

    private enum Rival {
        DELETE(List.of("{\"id\":1}", "{\"id\":3}")) {
            @Override
            Call call(Table table) {
                return RunningSluice.shared().delete(table.path() + "/rows").query("where", "id = 2");
            }
        },
        OPTIMIZE(List.of("{\"id\":1}", "{\"id\":2}", "{\"id\":3}")) {
            @Override
            Call call(Table table) {
                return RunningSluice.shared().post(table.path() + "/optimize").header("Prefer", "wait=60");
            }
        },
        APPEND(List.of("{\"id\":1}", "{\"id\":2}", "{\"id\":3}", "{\"id\":4}")) {
            @Override
            Call call(Table table) {
                return RunningSluice.shared().post(table.path() + "/rows").json("[{\"id\":4}]");
            }
        };

        private final List<String> rows;

        Rival(List<String> rows) {
            this.rows = rows;
        }

        abstract Call call(Table table);
    }

    @ParameterizedTest
    @EnumSource
    void what_another_commits_meanwhile_stays(Rival rival) throws IOException {
        Table table = Table.with(sluice, ",\"properties\":{\"delta.enableDeletionVectors\":\"true\"}", "id long");
        table.append("[{\"id\":1},{\"id\":2}]");
        table.append("[{\"id\":3}]");
        Barrier.beforeNextEntry(table, () -> rival.call(table).send().expect(200));

        sluice.call("PATCH", table.path())
                .json(
                        "{\"changes\":[{\"op\":\"set-properties\",\"properties\":{\"delta.enableRowTracking\":\"true\"}}]}")
                .send()
                .expect(200);

        assertThat(table.version()).isEqualTo(4);
        assertThat(table.content()).containsExactlyElementsOf(rival.rows);
        Map<String, JsonNode> live = new HashMap<>();
        for (var commit : ForeignReader.commits(table.directory())) {
            commit.forEach(
                    action -> live.remove(action.path("remove").path("path").asString("")));
            commit.stream()
                    .filter(action -> action.has("add"))
                    .map(action -> action.path("add"))
                    .forEach(add -> live.put(add.path("path").asString(), add));
        }
        assertThat(live.values()).allMatch(add -> add.has("baseRowId"));
    }
}
