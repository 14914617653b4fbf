package io.sluice.client;

import io.sluice.client.api.HistoryApi;
import io.sluice.client.api.MaintenanceApi;
import io.sluice.client.api.OperationsApi;
import io.sluice.client.api.RowsApi;
import io.sluice.client.api.RowsApi.APIAppendRowsRequest;
import io.sluice.client.api.RowsApi.APIReadRowsRequest;
import io.sluice.client.api.ServiceApi;
import io.sluice.client.api.TablesApi;
import io.sluice.client.api.TransactionsApi;
import io.sluice.client.http.ApiClient;
import io.sluice.client.model.RowsAnswer;
import io.sluice.client.model.RowsPage;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The client of Sluice: the generated operations by their tags, and what a generator cannot make: appends that are safe to repeat, and
 * pages as streams.
 */
public final class SluiceClient {

    private final ApiClient http;
    private final Retry retry;

    private SluiceClient(ApiClient http, Retry retry) {
        this.http = http;
        this.retry = retry;
    }

    /** A service without authentication. */
    public static SluiceClient of(URI service) {
        return new SluiceClient(connection(service), Retry.usual());
    }

    /** A service that asks for a token. */
    public static SluiceClient of(URI service, String token) {
        ApiClient http = connection(service);
        http.setRequestInterceptor(request -> request.setHeader("Authorization", "Bearer " + token));
        return new SluiceClient(http, Retry.usual());
    }

    private static ApiClient connection(URI service) {
        var http = new ApiClient();
        http.updateBaseUri(service.toString().replaceFirst("/$", ""));
        return http;
    }

    public SluiceClient with(Retry other) {
        return new SluiceClient(http, other);
    }

    public ServiceApi service() {
        return new ServiceApi(http);
    }

    public TablesApi tables() {
        return new TablesApi(http);
    }

    public RowsApi rows() {
        return new RowsApi(http);
    }

    public HistoryApi history() {
        return new HistoryApi(http);
    }

    public TransactionsApi transactions() {
        return new TransactionsApi(http);
    }

    public MaintenanceApi maintenance() {
        return new MaintenanceApi(http);
    }

    public OperationsApi operations() {
        return new OperationsApi(http);
    }

    /** How requests with a key are sent again: {@code retry().call(key -> rows().upsertRows(….idempotencyKey(key).build()))}. */
    public Retry retry() {
        return retry;
    }

    /**
     * Appends rows exactly once: sent again with the same key until the service has said what became of them.
     *
     * @throws SluiceProblem when the service refuses them
     */
    public RowsAnswer append(String table, List<Map<String, Object>> rows) {
        RowsApi api = rows();
        return retry.call(key -> api.appendRows(APIAppendRowsRequest.newBuilder()
                .table(table)
                .requestBody(rows)
                .idempotencyKey(key)
                .build()));
    }

    /** Rows of a table, page by page, all of one version. */
    public Stream<Map<String, Object>> read(String table) {
        return read(table, question -> question);
    }

    /** Rows, page by page, all of one version: {@code read("sales.orders", question -> question.where("price > 2").version(3L))}. */
    public Stream<Map<String, Object>> read(String table, UnaryOperator<APIReadRowsRequest.Builder> question) {
        RowsApi api = rows();
        return Pages.of(
                        token -> api.readRows(
                                question.apply(APIReadRowsRequest.newBuilder().table(table))
                                        .pageToken(token)
                                        .build()),
                        RowsPage::getNextPageToken)
                .flatMap(page -> page.getRows().stream());
    }
}
