package io.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/// The document that clients are generated from changes only on purpose: `-Dopenapi.write=true` writes it anew.
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class OpenApiTest {

    private static final Path GOLDEN = Path.of("openapi/openapi.yaml");

    @LocalServerPort
    private int port;

    @Test
    void the_document_is_the_one_in_the_repository() throws Exception {
        String served = get("/openapi.yaml").body();
        if (Boolean.getBoolean("openapi.write")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.writeString(GOLDEN, served);
        }

        assertThat(served)
                .as(
                        "openapi/openapi.yaml is not what the service serves: run this test with -Dopenapi.write=true and look at the change")
                .isEqualTo(Files.readString(GOLDEN));
    }

    @ParameterizedTest
    @CsvSource({
        "/openapi.json, application/json",
        "/openapi.yaml, application/vnd.oai.openapi",
        "/swagger-ui/index.html, text/html",
    })
    void the_document_and_its_page_are_served(String path, String mediaType) throws Exception {
        HttpResponse<String> response = get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type"))
                .get()
                .asString()
                .startsWith(mediaType);
    }

    @Test
    void docs_lead_to_the_page() throws Exception {
        assertThat(get("/docs").headers().firstValue("Location")).contains("/swagger-ui/index.html");
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
