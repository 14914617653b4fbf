package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthCheckTest {

    @ParameterizedTest
    @CsvSource({"SERVER_PORT, PATH", "MANAGEMENT_SERVER_PORT, SERVER_PORT"})
    void asks_on_the_port_that_the_service_was_given(String named, String other) {
        assertThat(HealthCheck.url(Map.of(named, "9090", other, "1")))
                .isEqualTo("http://127.0.0.1:9090/actuator/health/liveness");
    }

    @ParameterizedTest
    @CsvSource({"200, true", "503, false", "404, false"})
    void only_a_200_is_alive(int status, boolean alive) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/actuator/health/liveness", exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        try {
            String port = Integer.toString(server.getAddress().getPort());
            assertThat(HealthCheck.isAlive(HealthCheck.url(Map.of("SERVER_PORT", port))))
                    .isEqualTo(alive);
        } finally {
            server.stop(0);
        }
        assertThat(HealthCheck.isAlive("http://127.0.0.1:1/")).isFalse();
    }
}
