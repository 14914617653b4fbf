package io.sluice.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.client.api.HistoryApi.APIListCommitsRequest;
import io.sluice.client.api.RowsApi.APIAppendRowsRequest;
import io.sluice.client.api.RowsApi.APICountRowsRequest;
import io.sluice.client.api.RowsApi.APIReadRowsRequest;
import io.sluice.client.api.TablesApi.APICreateTableRequest;
import io.sluice.client.model.CreateTable;
import io.sluice.client.model.HistoryPage;
import io.sluice.client.model.NewColumn;
import io.sluice.client.model.RowsAnswer;
import io.sluice.client.model.RowsPage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client against a running service, whose address is in the system property {@code sluice.url}. */
class SluiceClientTest {

    private static final String URL = System.getProperty("sluice.url", "");

    private final String table =
            "clients.java_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    private SluiceClient client;

    @BeforeEach
    void table() throws Exception {
        assumeTrue(
                !URL.isEmpty(),
                "the client was not tried on a service: say -Dsluice.url=, or run scripts/clients test java");
        client = SluiceClient.of(URI.create(URL));
        client.tables()
                .createTable(APICreateTableRequest.newBuilder()
                        .createTable(new CreateTable()
                                .name(table)
                                .addColumnsItem(
                                        new NewColumn().name("id").type("long").nullable(false))
                                .addColumnsItem(new NewColumn().name("item").type("string")))
                        .build());
    }

    private long count() throws Exception {
        return client.rows()
                .countRows(APICountRowsRequest.newBuilder().table(table).build())
                .getCount();
    }

    private static Map<String, Object> row(long id) {
        return Map.of("id", id, "item", "tea");
    }

    @Test
    void rows_go_in_and_come_out_at_any_version() throws Exception {
        RowsAnswer first = client.append(table, List.of(row(1), row(2)));
        RowsAnswer second = client.append(table, List.of(row(3)));

        assertEquals(first.getVersion() + 1, second.getVersion());
        assertEquals(3, client.read(table).count());
        assertEquals(List.of(2), ids("id = 2", second.getVersion()));
        assertEquals(List.of(1, 2), ids("true", first.getVersion()));
    }

    private List<Object> ids(String where, long version) {
        return client.read(
                        table,
                        question -> question.where(where).version(version).orderBy("id"))
                .map(row -> row.get("id"))
                .toList();
    }

    @Test
    void the_same_key_appends_once() throws Exception {
        Retry.Request<RowsAnswer> request = key -> client.rows()
                .appendRows(APIAppendRowsRequest.newBuilder()
                        .table(table)
                        .requestBody(List.of(row(1)))
                        .idempotencyKey(key)
                        .build());
        client.retry().call("java-1", request);

        assertTrue(client.retry().call("java-1", request).getReplayed());
        assertEquals(1, count());
    }

    @Test
    void pages_follow_each_other() {
        client.append(
                table, LongStream.range(0, 25).mapToObj(SluiceClientTest::row).toList());

        assertEquals(
                List.of(10, 10, 5),
                Pages.of(
                                token -> client.rows()
                                        .readRows(APIReadRowsRequest.newBuilder()
                                                .table(table)
                                                .limit(10L)
                                                .pageToken(token)
                                                .build()),
                                RowsPage::getNextPageToken)
                        .map(page -> page.getRows().size())
                        .toList());
        assertEquals(
                2,
                Pages.of(
                                token -> client.history()
                                        .listCommits(APIListCommitsRequest.newBuilder()
                                                .table(table)
                                                .limit(1)
                                                .pageToken(token)
                                                .build()),
                                HistoryPage::getNextPageToken)
                        .count());
    }

    @Test
    void a_problem_has_its_members() {
        SluiceProblem bad = assertThrows(SluiceProblem.class, () -> client.append(table, List.of(Map.of("id", "x"))));

        assertEquals(422, bad.status());
        assertEquals("bad-rows", bad.slug());
        assertEquals(1, bad.member("badRowCount").orElseThrow());
    }
}
