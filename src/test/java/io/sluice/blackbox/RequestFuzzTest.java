package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.LongRuns;
import io.sluice.contract.AnswerCheck;
import io.sluice.contract.OpenApiDocument;
import io.sluice.contract.OpenApiDocument.Operation;
import io.sluice.contract.RandomRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whatever is sent, the answer is one that the OpenAPI document declares, and comes: requests that are made from the
/// document, mostly as it says and partly not.
///
/// `-Dsluice.fuzz.requests=` and `-Dsluice.fuzz.seed=` choose how many and which; each failure names the seed of its
/// request, and `-Dsluice.fuzz.requests=1 -Dsluice.fuzz.seed=` sends that one.
@Tag("long-runs")
class RequestFuzzTest {

    private static final int AT_ONCE = 6;
    private static final Duration NO_HANG = Duration.ofSeconds(60);

    /// Declared, and never right on a healthy disk.
    private static final Set<Integer> DEFECTS = Set.of(500, 507);

    private static final String DEFINITION = """
        {"name": "%s", "columns": [
          {"name": "id", "type": "long", "nullable": false}, {"name": "item", "type": "string"},
          {"name": "price", "type": "decimal(10,2)"}, {"name": "at", "type": "timestamp"},
          {"name": "day", "type": "date"}, {"name": "tags", "type": "array<string>"}, {"name": "note", "type": "variant"}],
         "partitionBy": %s, "properties": {"delta.enableChangeDataFeed": "true"}}\
        """;

    private final OpenApiDocument document = OpenApiDocument.current();
    private final AnswerCheck check = new AnswerCheck(document);
    private final RunningSluice sluice = RunningSluice.shared();
    private final int requests = LongRuns.size("sluice.fuzz.requests", 5_000, 100_000);
    private final long seed = Long.getLong("sluice.fuzz.seed", System.nanoTime());

    private final Map<String, String> violations = new ConcurrentSkipListMap<>();
    private final Map<String, AtomicInteger> successes = new ConcurrentHashMap<>();
    private final Map<Integer, AtomicInteger> statuses = new ConcurrentSkipListMap<>();
    private final Named named = new Named();

    /// What the service has told of.
    private static final class Named implements RandomRequest.Known {
        private static final List<String> TABLES =
                List.of("fuzz.plain", "fuzz.parts", "fuzz.other", "fuzz.more", "fuzz.feed", "fuzz.last");
        private static final int KEPT = 30;
        private static final Pattern TRANSACTION = Pattern.compile("/v1/tables/([^/]+)/transactions/([^/]+)");
        private static final Pattern OPERATION = Pattern.compile("/v1/operations/([^/]+)");

        private final Deque<String> operations = new ArrayDeque<>();
        private final Deque<RandomRequest.Transaction> transactions = new ArrayDeque<>();
        private final Map<String, byte[]> streams = new ConcurrentHashMap<>();

        @Override
        public List<String> tables() {
            return TABLES;
        }

        @Override
        public synchronized List<String> operations() {
            return List.copyOf(operations);
        }

        @Override
        public synchronized List<RandomRequest.Transaction> transactions() {
            return List.copyOf(transactions);
        }

        @Override
        public Map<String, byte[]> streams() {
            return streams;
        }

        synchronized void remember(String location) {
            Matcher transaction = TRANSACTION.matcher(location);
            Matcher operation = OPERATION.matcher(location);
            if (transaction.matches()) {
                add(transactions, new RandomRequest.Transaction(transaction.group(1), transaction.group(2)));
            } else if (operation.matches()) {
                add(operations, operation.group(1));
            }
        }

        private static <T> void add(Deque<T> newest, T one) {
            newest.addLast(one);
            if (newest.size() > KEPT) {
                newest.removeFirst();
            }
        }
    }

    @Test
    void every_answer_is_declared() throws InterruptedException {
        createTables();
        readStreams();
        var next = new AtomicLong();
        try (var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                var senders = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int i = 0; i < AT_ONCE; i++) {
                senders.submit(() -> {
                    for (long n = next.getAndIncrement(); n < requests; n = next.getAndIncrement()) {
                        if (n % 100 == 99) {
                            createTables();
                        }
                        send(client, RandomRequest.of(document, seed + n, named));
                    }
                });
            }
        }

        System.out.println(requests + " requests from the seed " + seed + ": " + statuses);
        assertThat(violations)
                .as("answers that the document does not declare; the first request had the seed " + seed)
                .isEmpty();
        if (requests >= 5_000) {
            assertThat(document.operations())
                    .as("operations of which no request was good: the requests are not what the document says")
                    .allSatisfy(operation -> assertThat(successes).containsKey(operation.name()));
        }
        assertThat(sluice.get("/v1").send().status()).isEqualTo(200);
    }

    private void createTables() {
        for (String table : Named.TABLES) {
            String partitions = table.equals("fuzz.parts") ? "[\"day\"]" : "[]";
            sluice.post("/v1/tables")
                    .json(DEFINITION.formatted(table, partitions))
                    .send();
        }
    }

    private void readStreams() {
        sluice.post("/v1/tables/fuzz.plain/rows")
                .json("[{\"id\": 1, \"item\": \"tea\"}, {\"id\": 2, \"price\": \"3.20\"}]")
                .send()
                .expect(200);
        for (String type : List.of("application/vnd.apache.arrow.stream", "application/vnd.apache.parquet")) {
            byte[] body = sluice.get("/v1/tables/fuzz.plain/rows?select=id,item,price")
                    .accept(type)
                    .send()
                    .expect(200)
                    .body();
            named.streams.put(type, body);
        }
    }

    private void send(HttpClient client, RandomRequest request) {
        try {
            HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(sluice.base() + request.path()))
                    .timeout(NO_HANG)
                    .method(
                            request.operation().method().toUpperCase(Locale.ROOT),
                            request.body().length == 0
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(request.body()));
            if (!request.headers().isEmpty()) {
                builder.headers(request.headers().toArray(String[]::new));
            }
            HttpResponse<byte[]> answer = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
            judge(request, answer);
        } catch (Exception e) {
            violated(request, "no whole answer: " + e);
        }
    }

    private void judge(RandomRequest request, HttpResponse<byte[]> answer) {
        Operation operation = request.operation();
        statuses.computeIfAbsent(answer.statusCode(), _ -> new AtomicInteger()).incrementAndGet();
        boolean refusedPath = request.isElsewhere() && (answer.statusCode() == 404 || answer.statusCode() == 405);
        if (!refusedPath) {
            check.check(operation, answer.statusCode(), answer.headers(), answer.body())
                    .forEach(wrong -> violated(request, wrong));
        }
        if (DEFECTS.contains(answer.statusCode())) {
            violated(request, "a defect: " + new String(answer.body()));
        }
        if (answer.statusCode() < 300) {
            successes
                    .computeIfAbsent(operation.name(), _ -> new AtomicInteger())
                    .incrementAndGet();
            answer.headers().firstValue("Location").ifPresent(named::remember);
        }
    }

    /// One of each kind: what differs from request to request is left out of the kind.
    private void violated(RandomRequest request, String wrong) {
        String kind = request.operation().name() + ": " + wrong.replaceAll("(?s) in \\{.*|[0-9]+", "#");
        violations.putIfAbsent(
                kind.substring(0, Math.min(200, kind.length())),
                "seed " + request.seed() + ": " + request + " -> " + wrong);
    }
}
