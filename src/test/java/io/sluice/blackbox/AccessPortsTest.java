package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A service with authentication on other ports than the plain one.
class AccessPortsTest {

    private static final String PASSWORD = "for-this-test";

    @TempDir
    private Path directory;

    @Test
    void a_port_of_its_own_for_the_actuator_takes_who_reaches_it_for_operators() throws IOException {
        int port = freePort();
        var keys = new Keys().key("reader", "tables: ['*'], actions: [read]");
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("management.server.port", Integer.toString(port));
        try (var sluice = RunningSluice.start(directory.resolve("tables"), settings)) {
            URI management = URI.create("http://127.0.0.1:" + port);
            new Call(management, "GET", "/actuator/prometheus").send().expect(200);
            Answer readiness = new Call(management, "GET", "/actuator/health/readiness").send();
            assertThat(readiness.json().path("components").propertyNames()).contains("access", "storage");
            sluice.get("/actuator/prometheus").send().expectProblem(401, "unauthenticated");
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void a_bundle_of_springs_serves_tls() throws Exception {
        Path store = directory.resolve("tls.p12");
        int made = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "sluice",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "SAN=IP:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start()
                .waitFor();
        assertThat(made).isZero();
        var keys = new Keys().key("reader", "tables: ['*'], actions: [read]");
        var settings = new TreeMap<>(keys.settings(directory.resolve("access.yaml")));
        settings.put("server.ssl.bundle", "sluice");
        settings.put("spring.ssl.bundle.jks.sluice.keystore.location", "file:" + store);
        settings.put("spring.ssl.bundle.jks.sluice.keystore.password", PASSWORD);
        settings.put("spring.ssl.bundle.jks.sluice.keystore.type", "PKCS12");
        try (var sluice = RunningSluice.start(directory.resolve("tables"), settings);
                var client = HttpClient.newBuilder().sslContext(trusting(store)).build()) {
            URI tables = URI.create("https://127.0.0.1:" + sluice.base().getPort() + "/v1/tables");
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(tables)
                            .header("Authorization", keys.bearer("reader"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"tables\":[]}");
        }
    }

    private static SSLContext trusting(Path store) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            trusted.load(in, PASSWORD.toCharArray());
        }
        KeyStore certificates = KeyStore.getInstance("PKCS12");
        certificates.load(null, null);
        certificates.setCertificateEntry("sluice", trusted.getCertificate("sluice"));
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(certificates);
        var context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
