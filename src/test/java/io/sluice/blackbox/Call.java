package io.sluice.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/// One request in the making. The path is sent as it is given, already encoded; parameters are encoded here.
final class Call {

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI base;
    private final String method;
    private final String path;
    private final StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    private final List<String> headers = new ArrayList<>();
    private byte[] body = {};

    Call(URI base, String method, String path) {
        this.base = base;
        this.method = method;
        this.path = path;
    }

    Call query(String name, Object value) {
        query.add(encode(name) + "=" + encode(value.toString()));
        return this;
    }

    Call header(String name, String value) {
        headers.add(name);
        headers.add(value);
        return this;
    }

    Call accept(String mediaType) {
        return header("Accept", mediaType);
    }

    Call json(String text) {
        return body("application/json", text.getBytes(StandardCharsets.UTF_8));
    }

    Call ndjson(String text) {
        return body("application/x-ndjson", text.getBytes(StandardCharsets.UTF_8));
    }

    Call body(String contentType, byte[] content) {
        body = content;
        return header("Content-Type", contentType);
    }

    /// A body without a Content-Type.
    Call untyped(byte[] content) {
        body = content;
        return this;
    }

    /// @throws UncheckedIOException when the answer did not come, or broke off
    Answer send() {
        try {
            return trySend();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Answer trySend() throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path + query))
                .timeout(Duration.ofMinutes(2))
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        try {
            HttpResponse<byte[]> response = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(method + " " + path + query, response.statusCode(), response.headers(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for an answer", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
