package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file of keys and grants that changes under a running service.
class AccessReloadTest {

    @Test
    void a_key_that_is_taken_out_ends_what_it_follows_and_opens_nothing_any_more(@TempDir Path directory)
            throws Exception {
        Path file = directory.resolve("access.yaml");
        var before = new Keys()
                .key("admin", "tables: ['*'], actions: [admin]")
                .key("leaked", "tables: ['*'], actions: [read]");
        var after = new Keys().key("admin", "tables: ['*'], actions: [admin]");
        var settings = new TreeMap<>(before.settings(file));
        settings.put("sluice.auth.poll-interval", "20ms");
        settings.put("sluice.changes.poll-interval", "20ms");
        try (var sluice = RunningSluice.start(directory.resolve("tables"), settings);
                var client = HttpClient.newHttpClient()) {
            sluice.post("/v1/tables")
                    .header("Authorization", before.bearer("admin"))
                    .json("{\"name\":\"a.b\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}],"
                            + "\"properties\":{\"delta.enableChangeDataFeed\":\"true\"}}")
                    .send()
                    .expect(201);
            sluice.post("/v1/tables/a.b/rows")
                    .header("Authorization", before.bearer("admin"))
                    .json("[{\"id\":1}]")
                    .send()
                    .expect(200);
            HttpResponse<InputStream> stream = client.send(
                    HttpRequest.newBuilder(
                                    URI.create(sluice.base() + "/v1/tables/a.b/changes?follow=true&fromVersion=0"))
                            .header("Authorization", before.bearer("leaked"))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                assertThat(lines.readLine()).contains("\"id\":1");
                after.write(file);

                assertThat(lines.lines().filter(line -> !line.isBlank()))
                        .singleElement()
                        .asString()
                        .startsWith("{\"$problem\":")
                        .contains("/problems/unauthenticated");
            }
            sluice.get("/v1/tables/a.b/count")
                    .header("Authorization", before.bearer("leaked"))
                    .send()
                    .expectProblem(401, "unauthenticated");
            sluice.get("/v1/tables/a.b/count")
                    .header("Authorization", after.bearer("admin"))
                    .send()
                    .expect(200);
        }
    }
}
