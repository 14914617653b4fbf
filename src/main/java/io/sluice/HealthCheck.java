package io.sluice;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;

/// Asks a running service on this machine whether it is alive, for container health checks: the image has neither a
/// shell tool nor curl.
///
/// Asks on the port that the service's own variables name (`MANAGEMENT_SERVER_PORT`, else `SERVER_PORT`), or at the
/// address that is its argument. Ends with 0 when the service is alive, with 1 when it is not or does not answer
/// within two seconds.
public final class HealthCheck {

    private static final int TIMEOUT_MILLIS = 2000;

    private HealthCheck() {}

    public static void main(String[] arguments) {
        System.exit(isAlive(arguments.length > 0 ? arguments[0] : url(System.getenv())) ? 0 : 1);
    }

    static String url(Map<String, String> environment) {
        String port =
                environment.getOrDefault("MANAGEMENT_SERVER_PORT", environment.getOrDefault("SERVER_PORT", "8080"));
        return "http://127.0.0.1:" + port + "/actuator/health/liveness";
    }

    static boolean isAlive(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
