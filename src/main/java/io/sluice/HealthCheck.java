package io.sluice;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/// Asks a running service on this machine whether it is alive, for container health checks: the image has neither a
/// shell tool nor curl.
///
/// Ends with 0 when it is, with 1 when it is not or does not answer within two seconds.
public final class HealthCheck {

    private static final String DEFAULT_URL = "http://127.0.0.1:8080/actuator/health/liveness";
    private static final int TIMEOUT_MILLIS = 2000;

    private HealthCheck() {}

    public static void main(String[] arguments) {
        System.exit(isAlive(arguments.length > 0 ? arguments[0] : DEFAULT_URL) ? 0 : 1);
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
