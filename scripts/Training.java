import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A few seconds of the work that a service does all day, for the JVM to learn from: `java Training <seconds> <command that starts Sluice>`.
/// With `-XX:AOTCacheOutput=<file>` in the command the JVM writes down, when it is stopped, which classes were loaded and which methods were
/// hot; a service that starts with `-XX:AOTCache=<file>` has the classes at once and compiles the methods at once.
final class Training {

    private static final Pattern READY = Pattern.compile("Sluice is ready at (http://\\S+)");
    private static final String TABLE = "/v1/tables/training.rows";

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    private Training(String url) {
        this.url = url;
    }

    public static void main(String[] arguments) throws Exception {
        Path root = Files.createTempDirectory("training");
        List<String> command = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        command.addAll(List.of("--server.port=0", "--sluice.root=" + root));
        Process service = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            BufferedReader log = service.inputReader(StandardCharsets.UTF_8);
            var training = new Training(url(log));
            Thread.ofVirtual().start(() -> log.lines().forEach(System.out::println));
            training.run(System.nanoTime() + Long.parseLong(arguments[0]) * 1_000_000_000L);
            // Not Process.destroy, which closes the output that the JVM still writes to while it makes the cache.
            service.toHandle().destroy();
            if (service.waitFor() != 0) {
                throw new IllegalStateException("the service ended with " + service.exitValue());
            }
        } finally {
            service.destroyForcibly();
            try (Stream<Path> files = Files.walk(root)) {
                files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
            }
        }
    }

    private static String url(BufferedReader log) throws IOException {
        for (String line = log.readLine(); line != null; line = log.readLine()) {
            System.out.println(line);
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return ready.group(1);
            }
        }
        throw new IOException("the service did not get ready");
    }

    private void run(long deadline) throws Exception {
        send("POST", "/v1/tables", "application/json", """
                {"name": "training.rows", "columns": [{"name": "id", "type": "long"}, {"name": "name", "type": "string"},
                 {"name": "amount", "type": "double"}, {"name": "at", "type": "timestamp"}, {"name": "price", "type": "decimal(10,2)"}]}""");
        send("POST", TABLE + "/rows", "application/json", "[" + String.join(",", rows(0, 1000)) + "]");
        send("POST", TABLE + "/rows", "application/x-ndjson", String.join("\n", rows(1000, 20_000)));
        for (String format : List.of("application/vnd.apache.arrow.stream", "application/vnd.apache.parquet", "text/csv", "application/x-ndjson")) {
            byte[] body = get(TABLE + "/rows?limit=5000", format);
            exchange("POST", TABLE + "/rows", format, body);
        }
        send("POST", TABLE + "/upsert?key=id", "application/json", "[" + String.join(",", rows(30_000, 10)) + "]");
        send("PATCH", TABLE + "/rows", "application/json", "{\"where\": \"id = 30001\", \"set\": {\"amount\": 1}}");
        send("DELETE", TABLE + "/rows?where=id=30002", "application/json", "");
        for (String path : List.of("/history", "/count", "", "/rows?orderBy=id&limit=10&version=1")) {
            get(TABLE + path, "application/json");
        }
        try (var clients = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int number = 0; number < 4; number++) {
                int first = 100_000 + number * 1_000_000;
                all.add(clients.submit(() -> {
                    for (int id = first; System.nanoTime() < deadline; id += 10) {
                        send("POST", TABLE + "/rows", "application/json", "[" + String.join(",", rows(id, 10)) + "]");
                        for (int look = 0; look < 4; look++) {
                            get(TABLE + "/rows?where=id=" + (id % 20_000 + look), "application/json");
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("a request failed", e);
        }
    }

    private static List<String> rows(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(id -> "{\"id\":" + id + ",\"name\":\"customer " + id % 997 + "\",\"amount\":" + id * 0.25
                        + ",\"at\":\"2026-11-20T10:00:00.123456Z\",\"price\":\"12.50\"}")
                .toList();
    }

    private byte[] get(String path, String accept) throws IOException, InterruptedException {
        return answer(HttpRequest.newBuilder(URI.create(url + path)).header("Accept", accept).build());
    }

    private void send(String method, String path, String contentType, String body) throws IOException, InterruptedException {
        exchange(method, path, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    private void exchange(String method, String path, String contentType, byte[] body) throws IOException, InterruptedException {
        answer(HttpRequest.newBuilder(URI.create(url + path)).header("Content-Type", contentType)
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body)).build());
    }

    private byte[] answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(request.method() + " " + request.uri() + ": " + response.statusCode() + " "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body();
    }
}
